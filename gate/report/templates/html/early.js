// Runs before the page is drawn: a long table is hidden until the script at the end has cut it into pages.
// If that script fails, the table is shown as it is.
document.documentElement.classList.add("js");
addEventListener("error", () => document.documentElement.classList.remove("js"));

// What scripts add to the report: light or dark by hand, filters, sorting, pages of the table, and the charts of
// its rows. Everything else on the page works without.
(() => {
  "use strict";

  const PAGE = 100;
  const NONE = "";
  const SVG = "http://www.w3.org/2000/svg";
  const root = document.documentElement;

  function make(name, attributes = {}, text = "") {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.textContent = text;
    return element;
  }

  function vector(name, attributes, text = "") {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.textContent = text;
    return element;
  }

  function theme(button) {
    const system = matchMedia("(prefers-color-scheme: dark)");
    const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
    const label = () => { button.textContent = isDark() ? "Light colours" : "Dark colours"; };
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      label();
    });
    system.addEventListener("change", label);
    label();
    button.hidden = false;
  }

  // A chart as gate/report/shared/charts.py laid it out.
  function drawn({ box, axes }, [paths, texts, axis], name, state) {
    const svg = vector("svg", { viewBox: box, class: `chart ${state}`, role: "img", "aria-label": name });
    for (const [style, d] of paths) svg.append(vector("path", { class: style, d }));
    for (const [style, x, y, words] of [...texts, ...axes[axis]]) {
      svg.append(vector("text", { class: style, x, y }, words));
    }
    return svg;
  }

  class Row {
    #text = null;

    constructor(element, place, [state, rule, category, device, percentile, change, chart]) {
      Object.assign(this, { element, place, state, rule, category, device, percentile, change, chart });
    }

    get name() {
      return this.element.querySelector("summary").textContent.trim();
    }

    get text() {
      this.#text ??= this.element.textContent.toLowerCase();
      return this.#text;
    }
  }

  const collator = new Intl.Collator(undefined, { numeric: true });
  // Each puts first what is looked for first; rows in the same place keep the order worst first.
  const ORDERS = {
    state: (a, b) => a.place - b.place,
    rule: (a, b) => a.rule - b.rule,
    slice: (a, b) => collator.compare(a.name, b.name),
    change: (a, b) => b.change - a.change,
  };

  class Explorer {
    constructor(element) {
      this.element = element;
      this.form = element.querySelector("form");
      this.body = element.querySelector("tbody");
      this.status = element.querySelector("[role=status]");
      this.more = element.querySelector(".more");
      this.data = JSON.parse(element.querySelector("script").textContent);
      this.rows = Array.from(this.body.rows, (row, place) => new Row(row, place, this.data.rows[place]));
      this.byElement = new Map(this.rows.map((row) => [row.element, row]));
      this.sorted = this.rows;
      this.#listen();
      this.#headers();
      this.filter();
      this.form.hidden = false;
      element.classList.add("ready");
    }

    #listen() {
      this.form.addEventListener("input", () => this.filter());
      this.form.addEventListener("submit", (event) => event.preventDefault());
      this.form.addEventListener("reset", () => setTimeout(() => this.filter()));
      this.more.addEventListener("click", () => this.#showMore());
      this.body.addEventListener("toggle", (event) => this.#opened(event.target), true);
    }

    #headers() {
      for (const header of this.element.querySelectorAll("th[data-sort]")) {
        const button = make("button", { type: "button" }, header.textContent.trim());
        header.replaceChildren(button);
        button.addEventListener("click", () => this.#sort(header));
      }
    }

    #sort(header) {
      const falling = header.getAttribute("aria-sort") === "ascending";
      for (const other of this.element.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
      header.setAttribute("aria-sort", falling ? "descending" : "ascending");
      const order = ORDERS[header.dataset.sort];
      const known = (row) => header.dataset.sort !== "change" || row.change !== null;
      this.sorted = this.rows.filter(known).sort((a, b) => (falling ? order(b, a) : order(a, b)));
      this.sorted.push(...this.rows.filter((row) => !known(row)));
      this.filter();
    }

    filter() {
      const wanted = new FormData(this.form);
      const states = new Set(wanted.getAll("state"));
      const words = wanted.get("find").toLowerCase().split(/\s+/).filter(Boolean);
      const exact = ["rule", "category", "device", "percentile"]
        .filter((name) => wanted.get(name) !== NONE)
        .map((name) => [name, Number(wanted.get(name))]);
      this.matching = this.sorted.filter(
        (row) =>
          (!states.size || states.has(row.state)) &&
          exact.every(([name, value]) => row[name] === value) &&
          words.every((word) => row.text.includes(word)),
      );
      this.shown = PAGE;
      this.#draw();
    }

    // Set one filter and leave the others open; fold out what the table is in.
    show(name, value) {
      this.form.reset();
      if (name === "state") this.form.querySelector(`[name=state][value=${value}]`).checked = true;
      else this.form.elements[name].value = value;
      this.filter();
      const folded = this.element.closest("details");
      if (folded) folded.open = true;
    }

    #showMore() {
      const next = this.shown;
      this.shown += PAGE;
      this.#draw();
      this.matching[next].element.querySelector("summary").focus();
    }

    #draw() {
      const rows = this.matching.slice(0, this.shown);
      this.body.replaceChildren(...rows.map((row) => row.element));
      const left = this.matching.length - rows.length;
      this.more.hidden = left === 0;
      this.more.textContent = `Show ${Math.min(left, PAGE)} more`;
      const first = left ? `, the first ${rows.length} are shown` : "";
      this.status.textContent = `${this.matching.length} of ${this.rows.length} slices${first}`;
    }

    #opened(details) {
      const row = this.byElement.get(details.closest("tr"));
      if (!details.open || !row.chart || details.querySelector("svg")) return;
      const name = `Chart of ${row.name}; its numbers follow`;
      details.querySelector(".numbers").before(drawn(this.data, row.chart, name, row.state));
    }
  }

  theme(document.getElementById("theme"));
  const explorers = new Map();
  for (const element of document.querySelectorAll(".explorer")) explorers.set(`#${element.id}`, new Explorer(element));
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-filter]");
    if (link) explorers.get(link.hash)?.show(link.dataset.filter, link.dataset.value);
  });
})();

"""How anything is written for people: numbers, words, and text from outside, sanitized."""

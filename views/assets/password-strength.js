/*
 * Says in words how good a new password is while it is typed. Only a hint: the server has the rules, and says them without
 * this script too.
 */

/** Milliseconds without a key before the words change: they are read aloud. */
const PAUSE = 600;

for (const hint of document.querySelectorAll('.strength')) {
  const words = hint.querySelector('[aria-live]');
  const form = hint.closest('form');
  const input = form.querySelector('input[autocomplete="new-password"]');
  let timer;
  input.addEventListener('input', () => {
    const [level, key] = judge(input.value, Number(hint.dataset.min), ownWords(form));
    hint.dataset.level = level;
    clearTimeout(timer);
    timer = setTimeout(() => {
      const text = hint.dataset[key] ?? '';
      if (words.textContent !== text) words.textContent = text;
    }, PAUSE);
  });
}

/** How good, from 0 (nothing there) to 4, and why. */
function judge(password, min, own) {
  const text = password.normalize('NFC').toLowerCase();
  const length = [...text].length;
  if (length === 0) return [0];
  if (length < min) return [1, 'short'];
  const once = [...text.replace(/(.{1,20}?)\1+/gu, '$1')];
  if (once.length < (2 / 3) * min || new Set(once).size < 6) return [1, 'repeats'];
  if (own.some((word) => text.includes(word))) return [2, 'own'];
  return length < 20 ? [3, 'fair'] : [4, 'strong'];
}

/** What the form says of the person: others may know it. */
function ownWords(form) {
  const fields = form.querySelectorAll('input[type="email"], input[autocomplete="name"]');
  return [...fields]
    .flatMap(({ value }) => value.toLowerCase().split(/[^\p{L}\p{N}]+/u))
    .filter(({ length }) => length > 3);
}

// The tests of promptfoo, made of cases.jsonl and checks.json: a case is a test, a check is an assertion.
//
// What a case says stands one object down, under `input`: promptfoo fills templates in variables and reads files that they name, but only
// where a variable is itself a text. So nothing that somebody wrote in a case is ever a template or a file here.

import { cases, checks, passages } from "../checks/checks.mjs";

export default function tests() {
  return cases().map((one) => ({
    description: `case ${one.case}${one.must_not_break ? ", must not break" : ""}${one.held_back ? ", held back" : ""}`,
    vars: { case: one.case, input: one.inputs, ...passages(one.case) },
    metadata: { case: one.case, must_not_break: one.must_not_break, held_back: one.held_back },
    assert: checks().flatMap((check) => (check.promptfoo ? [{ ...check.promptfoo, config: { check: check.key } }] : [])),
  }));
}

#!/usr/bin/env python3
"""Makes copies of sources with faults in them that can be switched on one at a time.

    mutate.py MUTANTS OUT_HEADER (SOURCE COPY)...

MUTANTS has a fault a line: `file.c | words | other words`. The words stand in the file exactly once and are an
expression; in the copy they become `(formula_mutant == N ? (other words) : (words))`. Faults that would overlap are
written on the larger expression. The header counts and names them.
"""
import re
import sys


def read_mutants(path):
    mutants = []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if not line.strip() or line.startswith("#"):
                continue
            file, words, others = (part.strip() for part in line.split(" | "))
            mutants.append((file, words, others))
    return mutants


def picture(words):
    """Finds the words however the formatter broke their lines."""
    return re.compile(r"\s*".join(re.escape(c) for c in words if not c.isspace()))


def mutate(text, name, mutants):
    faults = {}
    for number, (file, words, others) in enumerate(mutants, start=1):
        if file != name:
            continue
        found = picture(words).findall(text)
        if len(found) != 1:
            sys.exit(f"{name}: '{words}' stands there {len(found)} times, not once")
        faults[number] = f"(formula_mutant == {number} ? ({others}) : ({found[0]}))"
        text = text.replace(found[0], f"\0{number}\0")  # so that later words are looked for in the source alone
    for number, fault in faults.items():
        text = text.replace(f"\0{number}\0", fault)
    return '#include "mutants.h"\n' + text


def main():
    mutants = read_mutants(sys.argv[1])
    files = list(zip(sys.argv[3::2], sys.argv[4::2]))
    names = {source.rsplit("/", 1)[-1] for source, _ in files}
    for file, words, _ in mutants:
        if file not in names:
            sys.exit(f"'{words}': no source is called {file}")
    with open(sys.argv[2], "w", encoding="utf-8") as header:
        header.write("#ifndef MUTANTS_H\n#define MUTANTS_H\n#include <stddef.h>\nextern size_t formula_mutant;\n")
        header.write(f"#define formula_mutant_count ((size_t){len(mutants)})\n")
        header.write("extern const char *const formula_mutant_text[];\n#endif\n")
    for index, (source, copy) in enumerate(files):
        name = source.rsplit("/", 1)[-1]
        with open(source, encoding="utf-8") as original:
            text = mutate(original.read(), name, mutants)
        if index == 0:
            listed = "".join(', "%s: %s"' % (f, o.replace("\\", "\\\\").replace('"', '\\"')) for f, _, o in mutants)
            text += f'\nsize_t formula_mutant;\nconst char *const formula_mutant_text[] = {{""{listed}}};\n'
        with open(copy, "w", encoding="utf-8") as out:
            out.write(text)


main()

#!/usr/bin/env python3
"""The redline of two plans beside git's character diff, in the same run: time, memory, and what each finds.

    bench/redline.py BUILD_FOLDER        (the folder holds src/cli/hitomachi)

Pairs of 10 KB, 300 KB and 3 MB are generated (bench/redline_pairs.py, fixed seeds); where ../shared/redline is there,
its scored pairs are measured too, and its score.py judges all of them: F1 of changed characters, cuts inside numbers,
moves. Nothing here passes or fails.
"""
import importlib.util, json, os, shutil, subprocess, sys, tempfile, time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import redline_pairs

BUILD = sys.argv[1]
BINARY = os.path.join(BUILD, "src/cli/hitomachi")
SHARED = "../shared/redline"
ROUNDS = 7
PAIRS = [("10 KB", 10_000, 11), ("300 KB", 300_000, 12), ("3 MB", 3_000_000, 13)]


def score_module():
    path = os.path.join(SHARED, "score.py")
    if not os.path.exists(path):
        return None
    spec = importlib.util.spec_from_file_location("score", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    # Words are another question than numbers; without them no dictionary is needed.
    module.toks = lambda file: b"\1" * (len(open(file, encoding="utf-8").read()) + 1)
    return module


def run(arguments, out):
    process = subprocess.run(arguments, stdout=out, stderr=subprocess.PIPE)
    if process.returncode not in (0, 1) or process.stderr:
        sys.exit(f"{' '.join(arguments)}\n{process.stderr.decode()}")


def best(arguments, folder):
    """The shortest wall seconds of a few runs, as the machine may be busy; peak memory in MiB; the output."""
    path, memory_path = os.path.join(folder, "out"), os.path.join(folder, "memory")
    walls = []
    for _ in range(ROUNDS):
        with open(path, "wb") as out:
            start = time.monotonic()
            run(arguments, out)
            walls.append(time.monotonic() - start)
    # A child of this process would count this process's memory as its own: time (package time) starts it afresh.
    memory = "    -"
    if shutil.which("time"):
        with open(os.devnull, "wb") as out:
            run(["time", "--quiet", "-f", "%M", "-o", memory_path] + arguments, out)
        with open(memory_path) as said:
            memory = f"{int(said.read()) / 1024:5.1f}"
    with open(path, encoding="utf-8", errors="replace") as out:
        return min(walls), memory, out.read()


def git_script(porcelain, old, new):
    """git's words as a script. Its "~" does not say whose line end it is: one that both texts have there is kept."""
    script, at, to = [], 0, 0
    lines = porcelain[porcelain.index("\n", porcelain.index("\n@@") + 1) + 1:].split("\n")
    for line in lines + ["\\"]:
        op, word = line[:1].replace(" ", "="), line[1:]
        last = op == "\\"
        if op not in ("=", "-", "+") and not last:
            continue
        while True:
            old_waits = old[at:at + 1] == "\n" and (last or op != "+")
            new_waits = new[to:to + 1] == "\n" and (last or op != "-")
            if not old_waits and not new_waits:
                break
            both = old[at:at + 1] == new[to:to + 1] == "\n"
            script.append(["=" if both else "-" if old_waits else "+", 1])
            at, to = at + (both or old_waits), to + (both or not old_waits)
        if not last:
            script.append([op, len(word)])
            at, to = at + (len(word) if op != "+" else 0), to + (len(word) if op != "-" else 0)
    return script


def read(path):
    with open(path, encoding="utf-8", newline="") as text:
        return text.read()


def measured(score, folder, texts):
    old, new = (os.path.join(texts, side) for side in ("old", "new"))
    command = [BINARY, "plan", "diff"]
    ours, memory, script = best(command + [old + ".txt", new + ".txt", "--format", "script"], folder)
    git_command = ["git", "diff", "--no-index", "--no-color", "--word-diff=porcelain", "--word-diff-regex=."]
    git, git_memory, _ = best(git_command + [old + ".txt", new + ".txt"], folder)
    line = f"{ours * 1000:7.1f} ms  {memory} MiB   git {git * 1000:7.1f} ms  {git_memory} MiB" \
           f"   ratio {ours / git:.2f}"
    if score:
        # Nodes are matched blind here too; their ids say which moves were found.
        _, _, by_node = best(command + [old + ".json", new + ".json", "--format", "script", "--match", "blind"], folder)
        found = score.main(texts, json.loads(by_node))
        if json.loads(by_node)["script"] != json.loads(script)["script"]:
            line += "   (the script of the lists differs)"
        # Its characters are cut into bytes unless the locale knows UTF-8.
        os.environ["LC_ALL"] = "C.UTF-8"
        _, _, words = best(git_command + ["-U1000000", old + ".txt", new + ".txt"], folder)
        del os.environ["LC_ALL"]
        of_git = score.main(texts, {"script": git_script(words, read(old + ".txt"), read(new + ".txt"))})
        line += f"   valid {found['valid']}  F {found['F']:.4f} (git {of_git['F']:.4f})" \
                f"  numbers cut {found['sbreak']} ({of_git['sbreak']})" \
                f"  hunks {found['hunks']} ({of_git['hunks']}; truth {found['truth_hunks']})" \
                f"  moves found {found['moves_R']:.3f}, right {found['moves_P']:.3f}"
        if not of_git["valid"]:
            line += "  (git's script does not hold)"
    return line


def main():
    score = score_module()
    print("## Redline of two plans, beside git diff --word-diff-regex=. (shortest of "
          f"{ROUNDS} runs; ratio below 1: faster than git)\n")
    with tempfile.TemporaryDirectory() as folder:
        for name, size, seed in PAIRS:
            pair = os.path.join(folder, name.replace(" ", "-"))
            redline_pairs.write_pair(pair, size, seed)
            print(f"{name:8}{measured(score, folder, pair)}", flush=True)
        for name in sorted(os.listdir(SHARED)) if score else []:
            if os.path.isdir(os.path.join(SHARED, name)):
                print(f"{name:8}{measured(score, folder, os.path.join(SHARED, name))}", flush=True)


if __name__ == "__main__":
    main()

"""Pairs of invented plans with the exact edits between them, for bench/redline.py.

The text is made of a small stock of words, so that many sentences are nearly the same. A pair is old.txt, new.txt,
old.json, new.json and truth.json, in the form of the scored pairs of ../shared/redline. The same seed and size always
give the same bytes.
"""
import json, os, random

PLACES = ["港", "海辺", "里山", "市場", "水辺", "並木道", "橋", "広場", "緑地", "駅前", "温泉", "湖畔", "坂道", "農園", "林道"]
THINGS = ["会館", "教室", "調査", "団体", "見学会", "相談窓口", "記録", "景観", "手入れ", "案内板", "倉庫", "点検", "講習会", "花壇",
          "遊歩道", "歴史", "行事", "仲間", "記念館", "展示"]
FOREIGN = ["サポーター", "ネットワーク", "ルール", "イベント", "NPO", "ICT", "データ", "ボランティア", "マップ", "Wi-Fi"]
CONNECT = ["と連携し", "に応じて", "を生かし", "を踏まえ", "に配慮し", "を通じて", "の協力を得て", "を見直し"]
PREDICATES = ["を進めます", "に努めます", "を図ります", "に取り組みます", "を支えます", "を整えます", "を増やします", "を広げます"]
PHRASES = ["計画的に", "速やかに", "住民とともに、", "季節ごとに", "限られた財源の中で、", "関係者の声を聞きながら、", "順次"]
TITLES = ["の状況", "の充実", "の継承", "を支える環境づくり", "の担い手育成", "の保全", "の活用", "に親しむ場づくり"]
SECTIONS = ["現状と課題", "基本方向", "主な取組"]
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


class Node:
    def __init__(self, kind, words, parent=None):
        self.kind, self.words, self.parent, self.children = kind, words, parent, []
        self.id = self.number = ""
        if parent:
            parent.children.append(self)

    def text(self):
        return "".join(word for _, word in self.words)

    def walk(self):
        yield self
        for child in self.children:
            yield from child.walk()

    def line(self):
        text = self.text()
        return {"basic": f"基本政策 {self.number} {text}", "policy": f"政策 {self.number} {text}", "heading": f"《{text}》",
                "item": f"●{text}", "measure": f"{self.number}{text}", "note": f"※{text}"}.get(self.kind, text)


# --- text ---

def noun(rng):
    return rng.choice(FOREIGN) if rng.random() < 0.15 else rng.choice(PLACES) + rng.choice(THINGS)


def clause(rng):
    kind = rng.random()
    if kind < 0.2:
        return [("number", str(rng.randint(2015, 2030))), ("", "年度までに、")]
    if kind < 0.3:
        return [("noun", noun(rng)), ("", "など"), ("number", f"{rng.randint(2, 9800):,}"), ("", "か所で、")]
    if kind < 0.6:
        return [("noun", noun(rng)), ("", "の"), ("noun", noun(rng)), ("connect", rng.choice(CONNECT)), ("", "、")]
    return [("noun", noun(rng)), ("connect", rng.choice(CONNECT)), ("", "、")]


def sentence(rng):
    words = [word for _ in range(rng.randint(1, 4)) for word in [("break", "")] + clause(rng)]
    return words + [("break", ""), ("noun", noun(rng)), ("", "の"), ("noun", noun(rng)),
                    ("predicate", rng.choice(PREDICATES)), ("", "。")]


STOCK = {"noun": noun, "number": lambda rng: f"{rng.randint(2, 9800):,}", "connect": lambda rng: rng.choice(CONNECT),
         "predicate": lambda rng: rng.choice(PREDICATES)}


def another(rng, kind, word):
    while True:
        found = STOCK[kind](rng)
        if found != word:
            return found


def wording(rng, earlier):
    """A new text, or a near twin of an earlier one."""
    if earlier and rng.random() < 0.4:
        words = list(rng.choice(earlier))
        for _ in range(rng.randint(1, 2)):
            at = rng.choice([i for i, (kind, _) in enumerate(words) if kind in STOCK])
            words[at] = (words[at][0], another(rng, *words[at]))
    else:
        words = [word for _ in range(rng.choice([1, 1, 1, 2])) for word in sentence(rng)]
    earlier.append(words)
    return words


def title(rng):
    return [("noun", noun(rng)), ("", rng.choice(TITLES))]


# --- the old plan ---

def policy(rng, basic, earlier):
    top = Node("policy", title(rng), basic)
    for name in SECTIONS:
        section = Node("section", [("", name)], top)
        if name == "基本方向":
            for _ in range(rng.randint(1, 2)):
                Node("para", wording(rng, earlier), section)
            continue
        for _ in range(rng.randint(2, 4)):
            over = Node("measure", title(rng), section) if name == "主な取組" else section
            for _ in range(rng.randint(1, 4)):
                heading = Node("heading", title(rng), over)
                for _ in range(rng.randint(1, 4)):
                    Node("item", wording(rng, earlier), heading)
    if rng.random() < 0.3:
        Node("note", wording(rng, earlier), top)


def plan_of(rng, size):
    root, earlier, length = Node("root", [("", "海と里の総合計画（案）")]), [], 0
    while length < size:
        basic = Node("basic", title(rng), root)
        for _ in range(5):
            if length < size:
                policy(rng, basic, earlier)
                length += sum(len(node.line().encode()) + 1 for node in basic.children[-1].walk())
    return root, earlier


def give_numbers(root):
    for node in root.walk():
        numbered = [child for child in node.children if child.kind in ("basic", "policy", "measure")]
        for at, child in enumerate(numbered):
            child.number = {"basic": str(at + 1), "policy": f"({at + 1})", "measure": CIRCLED[at % 20]}[child.kind]


# --- the edits ---

def segments_of(rng, words, acts):
    """Edits of one text: its new words, and [op, text] segments."""
    places = [i for i, (kind, _) in enumerate(words) if kind in STOCK or kind == "break"]
    chosen = {}
    for at in rng.sample(places, min(acts, len(places))):
        if words[at][0] != "break":
            chosen[at] = ("replace", another(rng, *words[at]))
        elif rng.random() < 0.5 or at + 1 == len(words):
            chosen[at] = ("insert", rng.choice(PHRASES))
        else:
            chosen[at] = ("delete clause", None)
    new, segments, deleting = [], [], False
    for at, (kind, word) in enumerate(words):
        act, what = chosen.get(at, (None, None))
        if kind == "break":
            rest = words[at + 1:]
            is_last = not any(k == "break" for k, _ in rest)
            deleting = act == "delete clause" and not is_last
        if act == "insert":
            segments.append(["+", what])
            new += [(kind, word), ("", what)]
        elif deleting:
            segments.append(["-", word])
        elif act == "replace":
            segments += [["-", word], ["+", what]]
            new.append((kind, what))
        else:
            segments.append(["=", word])
            new.append((kind, word))
    return new, [segment for segment in segments if segment[1]]


class Editor:
    def __init__(self, rng, root, earlier):
        self.rng, self.root, self.earlier = rng, root, earlier
        self.ops, self.segments, self.touched, self.moved, self.crossed = [], {}, set(), {}, set()
        self.items = [node for node in root.walk() if node.kind == "item"]
        self.inserted = 0

    def take(self, count, nodes):
        """Nodes that nothing was done to, nor to what is below them."""
        free = [node for node in nodes if not any(below.id in self.touched for below in node.walk())]
        chosen = self.rng.sample(free, min(count, len(free)))
        for node in chosen:
            self.touched.update(below.id for below in node.walk())
        return chosen

    def new_id(self):
        self.inserted += 1
        return f"x{self.inserted:06d}"

    def move(self, count):
        headings = [node for node in self.root.walk() if node.kind == "heading"]
        for node in self.take(count, self.items + headings):
            if node.id in self.crossed:
                continue
            parent, at = node.parent, node.parent.children.index(node)
            same = self.rng.random() < 0.5 and len(parent.children) > 1
            to = parent if same else self.rng.choice([n for n in self.parents_of(node.kind) if n is not parent])
            parent.children.remove(node)
            place = self.rng.choice([i for i in range(len(to.children) + 1) if to is not parent or i != at])
            crossed = parent.children[min(at, place):max(at, place)] if same else []
            if any(sibling.id in self.moved for sibling in crossed):
                place, crossed = at, []
            to.children.insert(place, node)
            if same and not crossed:
                continue
            node.parent = to
            self.crossed.update(sibling.id for sibling in crossed)
            self.touched.update(sibling.id for sibling in crossed)
            self.ops.append({"op": "move", "id": node.id, "same_parent": same, "crossed": [n.id for n in crossed]})
            for below in node.walk():
                self.moved[below.id] = node.id

    def parents_of(self, kind):
        if kind == "item":
            return self.headings
        return [node for node in self.root.walk() if node.kind == "measure"]

    def delete(self, count):
        for node in self.take(count, [node for node in self.items if len(node.parent.children) > 1]):
            if len(node.parent.children) > 1:
                node.parent.children.remove(node)
                self.ops.append({"op": "delete", "id": node.id})

    def insert(self, count):
        for _ in range(count):
            heading = self.rng.choice(self.headings)
            node = Node("item", wording(self.rng, self.earlier))
            node.id, node.parent = self.new_id(), heading
            self.touched.add(node.id)
            heading.children.insert(self.rng.randint(0, len(heading.children)), node)
            self.ops.append({"op": "insert", "id": node.id})

    def insert_measures(self, count):
        sections = [n for n in self.root.walk() if n.text() == "主な取組" and len(n.children) < 8]
        for section in self.rng.sample(sections, min(count, len(sections))):
            node = Node("measure", title(self.rng))
            node.id, node.parent = self.new_id(), section
            section.children.insert(self.rng.randint(0, len(section.children)), node)
            self.ops.append({"op": "insert", "id": node.id})

    def split(self, count):
        double = [node for node in self.items if sum(word == "。" for _, word in node.words) == 2]
        for node in self.take(count, double):
            end = next(i for i, (_, word) in enumerate(node.words) if word == "。") + 1
            rest = Node("item", node.words[end:])
            rest.id, rest.parent = self.new_id(), node.parent
            node.words = node.words[:end]
            node.parent.children.insert(node.parent.children.index(node) + 1, rest)
            self.ops.append({"op": "split", "id": node.id, "new_id": rest.id})

    def merge(self, count):
        first = [n for n in self.items if n.parent.children[-1] is not n]
        for node in self.take(count, first):
            at = node.parent.children.index(node) + 1
            if at == len(node.parent.children) or node.parent.children[at].id in self.touched:
                continue
            after = node.parent.children.pop(at)
            self.touched.add(after.id)
            node.words = node.words + after.words
            self.ops.append({"op": "merge", "id": node.id, "absorbed": after.id})

    def reword(self, op, nodes, count, acts):
        for node in self.take(count, nodes):
            node.words, segments = segments_of(self.rng, node.words, self.rng.randint(1, acts))
            self.segments[node.id] = segments
            self.ops.append({"op": op, "id": node.id})

    def run(self):
        count = len(self.items)
        self.headings = [node for node in self.root.walk() if node.kind == "heading"]
        share = lambda part: max(1, round(count * part))
        self.move(share(0.012))
        self.delete(share(0.015))
        self.insert(share(0.015))
        self.insert_measures(share(0.002))
        self.split(share(0.004))
        self.merge(share(0.004))
        texts = self.items + [node for node in self.root.walk() if node.kind in ("para", "note")]
        alive = {node.id for node in self.root.walk()}
        self.reword("edit", [node for node in texts if node.id in alive], share(0.14), 3)
        titles = [node for node in self.root.walk() if node.kind in ("heading", "measure") and node.id[0] == "n"]
        self.reword("rename", [node for node in titles if not node.children or node.id not in self.touched],
                    share(0.01), 1)


# --- the truth ---

def trimmed(struck, inserted):
    """Without the common beginning and end: how many characters to leave out at both ends."""
    head = len(os.path.commonprefix([struck, inserted]))
    tail = len(os.path.commonprefix([struck[head:][::-1], inserted[head:][::-1]]))
    return head, tail


def note_segments(ranges, segments, old_at, new_at):
    at = 0
    while at < len(segments):
        op, text = segments[at]
        pair = op == "-" and at + 1 < len(segments) and segments[at + 1][0] == "+"
        struck, inserted = (text if op == "-" else ""), segments[at + 1][1] if pair else text if op == "+" else ""
        if op == "=":
            old_at, new_at = old_at + len(text), new_at + len(text)
        else:
            head, tail = trimmed(struck, inserted)
            for side, start, word in (("old", old_at, struck), ("new", new_at, inserted)):
                if word:
                    ranges[side + "_wide"].append([start, start + len(word)])
                if len(word) > head + tail:
                    ranges[side + "_min"].append([start + head, start + len(word) - tail])
            old_at, new_at = old_at + len(struck), new_at + len(inserted)
        at += 2 if pair else 1


def places_of(nodes):
    places, at = {}, 0
    for node in nodes:
        places[node["id"]] = (at, node)
        at += len(node["line"]) + 1
    return places


def ranges_of(old, new, editor):
    ranges = {name: [] for name in ("old_wide", "old_min", "new_wide", "new_min")}
    old_places, new_places = places_of(old), places_of(new)
    for side, mine, other in (("old", old_places, new_places), ("new", new_places, old_places)):
        for id_, (at, node) in mine.items():
            if id_ not in other or id_ in editor.moved:
                for width in ("_wide", "_min"):
                    ranges[side + width].append([at, at + len(node["line"]) + 1])
    for id_, (old_at, before) in old_places.items():
        if id_ not in new_places or id_ in editor.moved:
            continue
        new_at, after = new_places[id_]
        old_head, new_head = before["line"].index(before["text"]), after["line"].index(after["text"])
        if before["num"] != after["num"]:
            heads = [["-", before["num"]], ["+", after["num"]]]
            note_segments(ranges, heads, old_at + before["line"].index(before["num"]),
                          new_at + after["line"].index(after["num"]))
        if id_ in editor.segments:
            note_segments(ranges, editor.segments[id_], old_at + old_head, new_at + new_head)
    return {name: sorted(found) for name, found in ranges.items()}


def listed(root):
    nodes = []
    for node in root.walk():
        at = node.parent.children.index(node) if node.parent else 0
        nodes.append({"id": node.id, "parent": node.parent.id if node.parent else None, "index": at,
                      "kind": node.kind, "num": node.number, "text": node.text(), "line": node.line()})
    return nodes


def write_side(folder, side, nodes):
    with open(os.path.join(folder, side + ".txt"), "w", encoding="utf-8", newline="\n") as out:
        out.writelines(node["line"] + "\n" for node in nodes)
    with open(os.path.join(folder, side + ".json"), "w", encoding="utf-8") as out:
        json.dump([{k: v for k, v in node.items() if k != "line"} for node in nodes], out, ensure_ascii=False)


def write_pair(folder, size, seed):
    """Writes a pair with about `size` bytes on each side."""
    rng = random.Random(seed)
    root, earlier = plan_of(rng, size)
    for at, node in enumerate(root.walk()):
        node.id = f"n{at:06d}"
    give_numbers(root)
    old = listed(root)
    editor = Editor(rng, root, earlier)
    editor.run()
    give_numbers(root)
    new = listed(root)
    os.makedirs(folder, exist_ok=True)
    write_side(folder, "old", old)
    write_side(folder, "new", new)
    truth = {"name": os.path.basename(folder), "rng_seed": seed, "ranges": ranges_of(old, new, editor),
             "moved": editor.moved, "ops": editor.ops}
    with open(os.path.join(folder, "truth.json"), "w", encoding="utf-8") as out:
        json.dump(truth, out, ensure_ascii=False)

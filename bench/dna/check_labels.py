#!/usr/bin/env python3
"""Check the labels of Product DNA against their guide, and count them. Prints totals only, never a sealed line.

    python3 bench/dna/check_labels.py

Checks per line: the code is in split.csv under this half and once; the text is the one that draw.py takes; attributes are
known, values non-empty lists of trimmed lower-case strings without duplicates; closed attributes use words of the guide's
vocabulary blocks, single-valued ones hold one value, pack is a whole number, size a word or a measure. Errors in the sealed
file name the code only.
"""
import collections, csv, gzip, json, pathlib, re, sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import draw

FOLDER = draw.ROOT / "data/labels/online_retail"
FILES = {"open": FOLDER / "open.jsonl", "sealed": FOLDER / "sealed.jsonl.gz"}
ATTRIBUTES = ("kind", "brand", "colour", "material", "pattern", "size", "pack", "flavour", "occasion", "style")
MOST = {"kind": 2, "brand": 1, "pack": 1}
OPEN_VOCABULARY = {"flavour": r"[a-z ]+", "pack": r"[1-9]\d*"}
MEASURE = re.compile(r"\d+(\.\d+)?(x\d+(\.\d+)?)*(cm|mm|m|in|g|kg|ml|l)|a\d")


def vocabulary():
    """Canonical words per attribute, from the guide's blocks ```vocabulary NAME."""
    words = {}
    blocks = re.findall(r"```vocabulary (\w+)\n(.*?)```", (FOLDER / "GUIDE.md").read_text(encoding="utf-8"), re.S)
    for name, block in blocks:
        listed = [line.split(":")[0] for line in block.splitlines() if line]
        if len(set(listed)) != len(listed):
            sys.exit(f"GUIDE.md: {name} lists a word twice: {[w for w, n in collections.Counter(listed).items() if n > 1]}")
        words[name] = set(listed)
    return words


def read(half):
    """The labelled products of one half."""
    opener = gzip.open if half == "sealed" else open
    with opener(FILES[half], "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def faults(row, words):
    """What is wrong with one line's labels."""
    for name, values in row["labels"].items():
        if name not in ATTRIBUTES:
            yield f"attribute {name} is not known"
            continue
        if not isinstance(values, list) or not values or len(set(values)) != len(values):
            yield f"{name} must be a non-empty list without duplicates"
        if len(values) > MOST.get(name, 9):
            yield f"{name} holds more than {MOST[name]}"
        for value in values:
            if value != value.strip().lower():
                yield f"{name}: '{value}' must be trimmed lower case"
            elif name in OPEN_VOCABULARY:
                if not re.fullmatch(OPEN_VOCABULARY[name], value):
                    yield f"{name}: '{value}' is not of the form {OPEN_VOCABULARY[name]}"
            elif value not in words[name] and not (name == "size" and MEASURE.fullmatch(value)):
                yield f"{name}: '{value}' is not in the guide"


def main():
    words, texts = vocabulary(), {code: text for code, text, _ in draw.products()}
    with open(draw.LIST, encoding="utf-8") as file:
        split = {row["code"]: row["half"] for row in csv.DictReader(file)}
    wrong, counts, labels = [], {}, {}
    for half in FILES:
        rows = read(half)
        expected = {code for code, of in split.items() if of == half}
        if sorted(row["code"] for row in rows) != sorted(expected):
            wrong.append(f"{half}: codes are not those of split.csv")
        for row in rows:
            found = list(faults(row, words))
            if set(row) != {"code", "text", "labels"} or row["text"] != texts.get(row["code"]):
                found.append("code, text and labels must be there, the text as draw.py takes it")
            wrong += [f"{half} {row['code']}: {fault if half == 'open' else fault.split(':')[0]}" for fault in found]
        counts[half] = collections.Counter(name for row in rows for name in row["labels"])
        labels[half] = collections.Counter(name for row in rows for name, values in row["labels"].items() for _ in values)
    print(f"{'attribute':<10}" + "".join(f"{half + ' products':>17}{half + ' labels':>15}" for half in FILES))
    for name in ATTRIBUTES:
        print(f"{name:<10}" + "".join(f"{counts[half][name]:>17}{labels[half][name]:>15}" for half in FILES))
    print(f"{'all':<10}" + "".join(f"{'':>17}{labels[half].total():>15}" for half in FILES))
    if wrong:
        sys.exit("\n".join(wrong))


if __name__ == "__main__":
    main()

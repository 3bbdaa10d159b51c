#!/usr/bin/env python3
"""Draw the products of the Product DNA label set from the bundled Online Retail file, and split them open / sealed.

    python3 bench/dna/draw.py            # writes data/labels/online_retail/split.csv
    python3 bench/dna/draw.py --check    # draws again and fails where the committed list differs

Only the standard library; the same file and seed give the same list. It reads no label and writes none.

Text of a code: its most frequent description after trimming (ties: the first by alphabet). Left out: lines without a
description, codes that are no products (postage, fees, vouchers, pads, charges) and codes that carry only a stock note.
Of codes with one and the same text the one with the most lines stays, so no text is in both halves.
"""
import argparse, collections, csv, gzip, io, pathlib, random, re, sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCE = ROOT / "data/online_retail.csv.gz"
LIST = ROOT / "data/labels/online_retail/split.csv"
SEED, SELLERS, PER_STRATUM = 20261130, 800, 240

PRODUCT_CODE = re.compile(r"(\d{5}[A-Za-z]{0,2}|DCGS\w+)")
# Real codes whose only text is a charge, a voucher, a service or a note of the warehouse.
NOT_A_PRODUCT = re.compile(r"(?i)(packing charge|next day carriage|high resolution image|.*gift voucher.*|ebay|found.*|adjust.*"
                           r"|damage.*|throw.*|unsale?able.*|check|sold as.*|\?+.*)")


def products(source=SOURCE):
    """Distinct products as (code, text, lines), best sellers by lines first."""
    lines, texts = collections.Counter(), collections.defaultdict(collections.Counter)
    with gzip.open(source, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            code, text = row["StockCode"], row["Description"].strip()
            lines[code] += 1
            if text:
                texts[code][text] += 1
    best = {}
    for code in sorted(texts):
        text = min(texts[code].items(), key=lambda item: (-item[1], item[0]))[0]
        if PRODUCT_CODE.fullmatch(code) and not NOT_A_PRODUCT.fullmatch(text):
            if text not in best or lines[code] > lines[best[text]]:
                best[text] = code
    return sorted(((code, text, lines[code]) for text, code in best.items()), key=lambda p: (-p[2], p[0]))


def draw():
    """Rows (code, stratum, half): as many from the best sellers as from the rest, each stratum cut into equal halves."""
    every, rng, rows = products(), random.Random(SEED), []
    for stratum, of in (("seller", every[:SELLERS]), ("rest", every[SELLERS:])):
        drawn = rng.sample(of, PER_STRATUM)
        for place, (code, _, _) in enumerate(drawn):
            rows.append((code, stratum, "open" if place < PER_STRATUM // 2 else "sealed"))
    return sorted(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare with the committed list instead of writing it")
    check = parser.parse_args().check
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("code", "stratum", "half"))
    writer.writerows(draw())
    if not check:
        LIST.parent.mkdir(parents=True, exist_ok=True)
        LIST.write_text(out.getvalue(), encoding="utf-8")
    elif LIST.read_text(encoding="utf-8") != out.getvalue():
        sys.exit(f"{LIST}: differs from what seed {SEED} draws; run bench/dna/draw.py without --check and label what is new")


if __name__ == "__main__":
    main()

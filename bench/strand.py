#!/usr/bin/env python3
"""The co-purchase embedding on Online Retail, split by time, beside baselines. Needs nothing but Python and cargo.

    python3 strand.py [--until 2011-09-01] [--end 2012-01-01] [--keep DIR] [NAME=VALUE …]

Learns from baskets before `--until` and asks about those from then on to `--end`; names and values are parameters of
the embedding. Left out: cancellations, returns, and codes that are no product (postage, fees, manual lines).

nearest  share of the 10 nearest products that have the same first, or last, word of the description, and of the one
         nearest labelled product that has the same kind (open labels only, where another labelled one has it)
next     one product of each later basket is held out and all products are ranked by mean likeness to the rest
small    the same, of baskets with at most 5 others; never: where the held out one was never bought with any of the rest
"""
import argparse, collections, csv, gzip, json, os, re, subprocess, tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")


def lines():
    with gzip.open(os.path.join(ROOT, "data", "online_retail.csv.gz"), "rt", newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            code = row["StockCode"].upper()
            if row["InvoiceNo"].isdigit() and int(row["Quantity"]) > 0 and re.fullmatch(r"\d{5}[A-Z]{0,2}", code):
                yield row["InvoiceDate"], row["InvoiceNo"], row["CustomerID"] or "-", code, row["Description"]


def write(work, until, end):
    taken = [line for line in lines() if line[0] < end]
    texts = collections.defaultdict(collections.Counter)
    for _, _, _, code, text in taken:
        # Notes of the warehouse are in lower case.
        if text and text == text.upper():
            texts[code][text] += 1
    kinds = {}
    with open(os.path.join(ROOT, "data", "labels", "online_retail", "open.jsonl"), encoding="utf-8") as file:
        for line in file:
            labelled = json.loads(line)
            kinds[labelled["code"].upper()] = "+".join(labelled["labels"].get("kind", [])) or "-"
    codes = {code: place for place, code in enumerate(sorted({line[3] for line in taken}))}
    at = [os.path.join(work, name) for name in ("lines.tsv", "words.tsv")]
    with open(at[0], "w") as file:
        for date, basket, customer, code, _ in sorted(taken, key=lambda line: line[1]):
            print(int(date >= until), basket, customer, codes[code], sep="\t", file=file)
    with open(at[1], "w") as file:
        for code in codes:
            best = texts[code].most_common(1)
            words = re.findall(r"[A-Z]+", best[0][0]) if best else []
            print(kinds.get(code, "-"), *((words[0], words[-1]) if words else ("-", "-")), sep="\t", file=file)
    return at


def main():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--until", default="2011-09-01")
    ask.add_argument("--end", default="2012-01-01")
    ask.add_argument("--keep")
    ask.add_argument("parameters", nargs="*")
    asked = ask.parse_args()
    with tempfile.TemporaryDirectory() as work:
        work = asked.keep or work
        os.makedirs(work, exist_ok=True)
        files = write(work, asked.until, asked.end)
        command = ["cargo", "run", "--quiet", "--release", "-p", "demand", "--example", "strand_trial", "--"]
        subprocess.run([*command, *files, *asked.parameters], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()

"""How good the genome is on the generated chain: tastes of the truth, and purchases that come later.

    tessera synth CHAIN --customers 2000 --stores 10 --products 1500 --orders 60000 --seed 3 --format parquet
    cargo build -p genome --example tell
    python bench/genome.py CHAIN target/debug/examples/tell

Customers are joined by the truth, as if identities were solved; tastes of the truth serve for scoring only.
"""
import subprocess
import sys
import tempfile

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

CHAIN, TELL = sys.argv[1].rstrip("/") + "/", sys.argv[2]
CUT = pd.Timestamp("2025-07-01")
COLUMNS = ["category_1", "category_2", "category_3", "brand", "need_group", "color", "material", "pattern", "flavour",
           "price_tier"]
TASTES = [("price_tier", "premium", "premium"), ("price_tier", "value", "value"), ("organic", "yes", "organic"),
          ("vegan", "yes", "vegan"), ("origin", "local", "local"), ("natural", "yes", "natural"),
          ("motivation", "price", "value"), ("motivation", "quality", "premium"),
          ("motivation", "sustainability", "organic")]


def seconds(times):
    return (pd.to_datetime(times) - pd.Timestamp("1970-01-01")).dt.total_seconds().astype("int64")


def traits(row):
    found = [(name, row[name]) for name in COLUMNS if isinstance(row[name], str)]
    if isinstance(row["attributes"], str):
        found += [tuple(one.split("=")) for one in row["attributes"].split(";") if one[:3] not in ("rgb", "lab")]
    return found


def acts(products):
    number = {product: place for place, product in enumerate(products.product_id)}
    read = lambda name: pd.read_parquet(CHAIN + name)
    person_of = read("truth/identities.parquet").set_index("record_id").person_id
    lines = read("orders.parquet")
    lines["person"] = lines.receipt_id.map(read("truth/receipts.parquet").set_index("receipt_id").person_id)
    lines = lines[lines.customer_id.notna() & lines.person.notna() & lines.product_id.isin(number)]
    quantity, price, discount = (lines[c].astype(float) for c in ("quantity", "unit_price", "discount"))
    place = products.set_index("product_id").list_price.astype(float)
    place = place.groupby(products.set_index("product_id").category_3).rank(pct=True)
    times = pd.to_datetime(lines.happened_at)
    bought = pd.DataFrame({
        "person": lines.person, "at": seconds(lines.happened_at), "kind": np.where(quantity < 0, "return", "buy"),
        "product": lines.product_id.map(number), "receipt": pd.factorize(lines.receipt_id)[0],
        "amount": ((quantity * price - discount) * 10_000).round().astype("int64"),
        "promoted": ((discount != 0) | lines.promotion_id.notna()).astype(int),
        "place": (lines.product_id.map(place) * 1_000).round().fillna(-1).astype(int), "channel": lines.channel,
        "weekday": times.dt.weekday + 1, "hour": times.dt.hour})
    events = read("events.parquet")
    events["kind"] = events.event.map({"Product Viewed": "view", "Product Added": "cart"})
    reviews = read("reviews.parquet")
    reviews = reviews[reviews.rating.notna()].assign(kind=lambda r: r.rating.astype(int).astype(str))
    others = pd.concat([events[["customer_id", "happened_at", "product_id", "kind"]],
                        reviews[["customer_id", "happened_at", "product_id", "kind"]]]).dropna()
    others["person"] = others.customer_id.map(person_of)
    others = others[others.person.notna() & others.product_id.isin(number)]
    said = pd.DataFrame({"person": others.person, "at": seconds(others.happened_at), "kind": others.kind,
                         "product": others.product_id.map(number)})
    for name in ("receipt", "amount", "promoted", "weekday", "hour"):
        said[name] = 0
    said["place"], said["channel"] = -1, "web"
    every = pd.concat([bought, said[bought.columns]])
    every["person"] = every.person.str[1:].astype(int)
    return every


def genes(products, every, cut):
    with tempfile.TemporaryDirectory() as folder:
        with open(folder + "/products", "w") as file:
            file.write("\n".join("\t".join(f"{a}={v}" for a, v in traits(row)) for _, row in products.iterrows()))
        every.to_csv(folder + "/acts", sep="\t", header=False, index=False)
        with open(folder + "/genes", "w") as file:
            subprocess.run([TELL, folder + "/products", folder + "/acts", str(cut)], stdout=file, check=True)
        names = "person attribute value type standing score evidence strength sure supporting usual".split()
        return pd.read_csv(folder + "/genes", sep="\t", header=None, names=names)


def tastes(found, bought):
    persons = pd.read_parquet(CHAIN + "truth/persons.parquet")
    persons.index = persons.person_id.str[1:].astype(int)
    split = persons.tastes.str.split(";").apply(lambda all: dict(one.split("=") for one in all))
    tastes = split.apply(pd.Series).astype(float)
    people = [person for person in found.person.unique() if person in tastes.index]
    purchases = bought.groupby("person").size()
    print(f"tastes of {len(people)} customers: area under the curve of the top quarter")
    print("| gene | taste | strength | score | raw evidence | share of purchases |\n|---|---|---|---|---|---|")
    for attribute, value, name in TASTES:
        of = found[(found.attribute == attribute) & (found.value == value)].set_index("person")
        truth = tastes[name].reindex(people)
        top = truth > truth.quantile(0.75)
        areas = [roc_auc_score(top, of[column].reindex(people).fillna(0)) for column in ("strength", "score", "evidence")]
        share = (of.supporting.reindex(people).fillna(0) / purchases.reindex(people).fillna(1)).fillna(0)
        areas.append(roc_auc_score(top, share))
        print(f"| {value} ({attribute}) | {name} | " + " | ".join(f"{area:.3f}" for area in areas) + " |")


def later(found, products, after):
    of_product = pd.DataFrame([(place, a, v) for place, (_, row) in enumerate(products.iterrows()) for a, v in traits(row)],
                              columns=["product", "attribute", "value"])
    counts = after.merge(of_product, on="product").groupby(["person", "attribute", "value"]).size().rename("n").reset_index()
    total = counts.groupby(["person", "attribute"]).n.sum().rename("total").reset_index()
    usual = counts.groupby(["attribute", "value"]).n.sum().reset_index()
    usual["later_usual"] = usual.n / usual.groupby("attribute").n.transform("sum")
    flags = of_product.groupby("attribute").value.nunique()
    held = found[~found.attribute.isin(flags[flags == 1].index) & (found.attribute != "motivation")]
    held = held.merge(total, on=["person", "attribute"]).merge(counts, on=["person", "attribute", "value"], how="left")
    held = held.merge(usual[["attribute", "value", "later_usual"]], on=["attribute", "value"], how="left").fillna(
        {"n": 0, "later_usual": 0})
    held = held[held.total >= 10]
    held["above"] = held.n / held.total > held.later_usual
    print("\n| what | per customer | later above the usual share | later purchases against the usual |\n|---|---|---|---|")
    rules = [("liked", held.standing == "Liked"), ("passion", held.type == "Passion"),
             ("naive", (held.score > 0) & (held.supporting >= 2)), ("disliked", held.standing == "Disliked")]
    for name, which in rules:
        one = held[which]
        lift = one.n.sum() / (one.total * one.later_usual).sum()
        print(f"| {name} | {len(one) / held.person.nunique():.2f} | {one.above.mean():.3f} | {lift:.2f} |")
    more = held[held.score > 0]
    told = more.sure / 1e6
    bins = pd.cut(told, [0, 0.5, 0.8, 0.95, 0.99, 1.0001])
    print("\n| chance told | genes | later above the usual share |\n|---|---|---|")
    for name, one in more.groupby(bins, observed=True):
        print(f"| {name.left:g} to {min(name.right, 1):g} | {len(one)} | {one.above.mean():.3f} |")


catalogue = pd.read_parquet(CHAIN + "products.parquet")
all_acts = acts(catalogue)
cut = int((CUT - pd.Timestamp("1970-01-01")).total_seconds())
before = all_acts[all_acts["at"] <= cut]
result = genes(catalogue, before, cut)
tastes(result, before[before.kind == "buy"])
later(result, catalogue, all_acts[(all_acts["at"] > cut) & (all_acts.kind == "buy")])

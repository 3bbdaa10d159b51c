//! The page docs/tables.md, made of what tables and views say of themselves: whoever changes one changes the page.

use super::VIEWS;
use crate::{Lake, LakeSettings};
use retail::Table;
use retail::table::ColumnType;
use std::fmt::Write;
use std::path::Path;

const HEAD: &str = "# Tables

What `tessera sql` and the page SQL can ask, read only; `--as-of` asks what was known at an instant. Made by the tests from what the
program has (`TESSERA_BLESS=1 cargo test -p lake page_of_tables`), so it is what there is.

Customers are meaningless integers; names, addresses and outside identifiers are in the registry and in no table. Rows of feeds are
shown under the customer whose record they are of by then, without those of imports that were taken back. Ads are under a customer's
key with their consent to marketing alone. SQL is for the roles analyst and admin; the audit keeps who asked. `?` marks a column that may be
empty. Amounts and quantities are decimals with four places.

```sql
select campaign, month, impressions, clicks, cost, customers from ad_campaigns order by month desc;
select value, count(*) as customers from current_genes where attribute = 'brand' and standing = 'liked' group by value order by 2 desc;
select p.name, d.value from current_product_dna d join current_products p on p.product_id = d.product_id where d.attribute = 'pattern';
select kind, count(distinct customer_key) as customers from life_findings group by kind;
```
";

fn word(kind: ColumnType) -> &'static str {
    match kind {
        ColumnType::Text => "text",
        ColumnType::Int | ColumnType::SmallInt => "integer",
        ColumnType::Float => "number",
        ColumnType::Decimal => "decimal",
        ColumnType::Time => "instant",
        ColumnType::Date => "day",
        ColumnType::Flag => "true or false",
    }
}

fn table(page: &mut String, table: &Table) {
    let fed = match table.feed {
        Some(kind) => format!(" Feed: `{kind}`."),
        None => String::new(),
    };
    writeln!(page, "\n### {}\n\n{}.{fed}\n", table.name, table.doc).unwrap();
    writeln!(page, "| column | type | what it is |\n|---|---|---|").unwrap();
    for column in table.columns {
        let mark = if column.required { "" } else { " ?" };
        let (name, kind) = (column.name, word(column.kind));
        writeln!(
            page,
            "| `{name}`{mark} | {kind} | {} |",
            column.doc.replace('|', "\\|")
        )
        .unwrap();
    }
}

#[tokio::test]
async fn the_page_of_tables_is_what_there_is() {
    let folder = tempfile::tempdir().unwrap();
    let settings = LakeSettings {
        threads: 1,
        memory_mib: 64,
    };
    let lake = Lake::open(folder.path(), settings).await.unwrap();
    let (context, _) = lake.session(None).await.unwrap();
    let mut page = HEAD.to_string();
    page.push_str("\n## What feeds bring\n");
    let all = || Table::ALL.iter().copied();
    for one in all().filter(|one| one.feed.is_some()) {
        table(&mut page, one);
    }
    page.push_str("\n## What runs and people write\n");
    for one in all().filter(|one| one.feed.is_none()) {
        table(&mut page, one);
    }
    page.push_str("\n## Views\n");
    for (name, doc, _) in VIEWS {
        let schema = context.table(*name).await.unwrap();
        let columns = schema.schema().fields().iter();
        let columns: Vec<String> = columns.map(|field| format!("`{}`", field.name())).collect();
        writeln!(
            page,
            "\n### {name}\n\n{doc}.\n\nColumns: {}.",
            columns.join(", ")
        )
        .unwrap();
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/tables.md");
    if std::env::var_os("TESSERA_BLESS").is_some() {
        std::fs::write(&file, &page).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        kept == page,
        "docs/tables.md is not what there is; make it with TESSERA_BLESS=1 cargo test -p lake page_of_tables"
    );
}

//! Views that every SQL session has, so that nobody has to write them again. A view may read tables and
//! earlier views only.

/// Name, what it is, and its query, in the order in which they are made.
pub const VIEWS: &[(&str, &str, &str)] = &[
    (
        "current_products",
        "the newest version of each product",
        "select * except (newest) from (select *, row_number() over (partition by product_id \
         order by happened_at desc, known_at desc, row_key) as newest from products) where newest = 1",
    ),
    (
        "current_stores",
        "the newest version of each shop",
        "select * except (newest) from (select *, row_number() over (partition by store_id \
         order by happened_at desc, known_at desc, row_key) as newest from stores) where newest = 1",
    ),
    (
        "current_product_dna",
        "the attributes of products as the newest run read them",
        "select * from product_dna where run_id = (select run_id from product_dna order by known_at desc, run_id desc \
         limit 1)",
    ),
    (
        "current_genomes",
        "the newest genome of each customer, without those of who refuses to be profiled or is another's record by now",
        // What is newest is told from narrow columns: the bytes of genomes are the largest part of a lake.
        "select g.* from genomes g join (select customer_key, run_id from (select k.customer_key, k.run_id, m.record_key as gone, \
         r.customer_key as refuses, row_number() over (partition by k.customer_key order by k.happened_at desc, k.known_at desc, \
         k.run_id desc) as newest from (select customer_key, run_id, happened_at, known_at from genomes) k left join (select \
         record_key from (select record_key, merged_key, row_number() over (partition by record_key order by known_at desc, run_id \
         desc) as newest_merge from customer_merges) where newest_merge = 1 and merged_key <> record_key) m on m.record_key = \
         k.customer_key left join (select distinct customer_key from (select customer_key, profiling_consent, row_number() over \
         (partition by entity_key order by happened_at desc, known_at desc, row_key) as newest_word from customers where \
         profiling_consent is not null) where newest_word = 1 and lower(profiling_consent) = 'no') r on r.customer_key = \
         k.customer_key) where newest = 1 and gone is null and refuses is null) n on n.customer_key = g.customer_key and n.run_id = \
         g.run_id",
    ),
    (
        "current_genes",
        "the genes of current_genomes: after an update that is not those of one run",
        "select g.* from genes g join current_genomes c on c.run_id = g.run_id and c.customer_key = g.customer_key",
    ),
    (
        "declared_attributes",
        "what customers said of themselves, and not of a product: the newest answer of each to each question, with the type that all answers to \
         the question have, and the source 'declared'",
        "select customer_key, question_id as attribute, question, answer as value, case when yes_no = 1 then 'boolean' when \
         numbers = 1 then 'number' when dates = 1 then 'date' else 'text' end as value_type, 'declared' as source, \
         happened_at, known_at from (select *, min(is_yes_no) over (partition by question_id) as yes_no, min(is_number) \
         over (partition by question_id) as numbers, min(is_date) over (partition by question_id) as dates, rank() over \
         (partition by customer_key, question_id order by happened_at desc, known_at desc) as newest from (select *, case \
         when lower(answer) in ('yes', 'no', 'true', 'false') then 1 else 0 end as is_yes_no, case when try_cast(answer as \
         double) is not null then 1 else 0 end as is_number, case when try_cast(answer as date) is not null then 1 else 0 \
         end as is_date from survey_answers where answer is not null and customer_key is not null and product_id is null and question_id not like 'forget:%')) where newest = 1",
    ),
    (
        "ad_campaigns",
        "what each campaign showed and cost by month; customers are those who agreed to be tied to ads",
        "select campaign, platform, date_trunc('month', happened_at) as month, sum(case when lower(kind) = 'impression' then 1 \
         else 0 end) as impressions, sum(case when lower(kind) = 'click' then 1 else 0 end) as clicks, sum(cost) as cost, \
         currency, count(distinct customer_key) as customers from (select * except (currency), coalesce(currency, max(currency) over \
         (partition by campaign, platform)) as currency from ad_results) group by campaign, platform, month, currency",
    ),
    (
        "sales",
        "goods sold to anybody: no returns, no services, no cancelled receipts",
        "select * from order_lines where line_type = 'sale' and not cancelled",
    ),
];

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

//! What is known of a customer, as the customer would read it: records, doings, leanings, expectations, groups, consents, and
//! what is not looked at. It says what other pages say, in other words; it must not compute anything.

use crate::ask::PageAsk;
use crate::cells::{ints, texts};
use crate::views::{
    CustomerGenome, CustomerIdentity, CustomerLetter, DeclaredAttribute, GeneRow, GeneStanding,
    GeneTypeWord, HabitRow, LetterSection, PredictedRow, Timeline,
};
use crate::{Actor, EngineError, Project, clock};
use govern::Action;
use retail::{CustomerKey, Purpose};

/// The newest word of each record on messages, and on being profiled: what a later export leaves blank still holds.
const CONSENTS: &str = "select about, word, at from (select 'Messages and ads' as about, entity_key, lower(marketing_consent) as \
     word, cast(happened_at as bigint) as at, row_number() over (partition by entity_key order by happened_at desc, known_at \
     desc, row_key) as newest_message from customers where customer_key = {who} and marketing_consent is not null) where \
     newest_message = 1 union all select about, word, at from (select 'Being profiled' as about, entity_key, \
     lower(profiling_consent) as word, cast(happened_at as bigint) as at, row_number() over (partition by entity_key order by \
     happened_at desc, known_at desc, row_key) as newest_profiling from customers where customer_key = {who} and \
     profiling_consent is not null) where newest_profiling = 1 order by about desc, at desc, word";

/// Entries of one kind that are written out.
const LATELY: usize = 10;

impl Project {
    /// What is known of a customer in their words. It names people, and so serves service and privacy requests alone.
    pub async fn customer_letter(
        &self,
        actor: &Actor,
        purpose: Purpose,
        key: i64,
    ) -> Result<CustomerLetter, EngineError> {
        actor.may(Action::ReadPerson(purpose))?;
        if !matches!(purpose, Purpose::Service | Purpose::PrivacyRequest) {
            return Err(EngineError::invalid(
                "purpose",
                "what is known of a customer is written out to help them (service) or for their own request \
                 (privacy_request)",
            ));
        }
        let who = self.customer_identity(actor, purpose, key).await?;
        let customer = CustomerKey(who.customer_key);
        let all = PageAsk {
            limit: usize::MAX,
            ..PageAsk::default()
        };
        let done = self
            .timeline(actor, purpose, customer.0, None, &all)
            .await?;
        let genome = match self.customer_genome(actor, purpose, customer.0, None).await {
            Ok(genome) => Some(genome),
            // Nothing was computed yet, which the letter says.
            Err(EngineError::Data(_)) => None,
            Err(cause) => return Err(cause),
        };
        let mut sections = vec![records(&who), recognised(&who), doings(&done)];
        sections.extend([bought(&done), written(&done), answers(&done)]);
        let refused =
            purpose != Purpose::PrivacyRequest && self.refused_profiling(customer.0).await?;
        sections.extend(leanings(genome.as_ref(), refused));
        sections.push(self.lives(actor, purpose, customer).await?);
        sections.push(self.groups(customer, refused).await?);
        sections.push(self.consents_told(customer, &done).await?);
        Ok(CustomerLetter {
            customer_key: customer.0,
            as_of: genome.map(|genome| genome.as_of),
            sections,
        })
    }

    /// Life events and projects, as far as they may be told for the purpose.
    async fn lives(
        &self,
        actor: &Actor,
        purpose: Purpose,
        customer: CustomerKey,
    ) -> Result<LetterSection, EngineError> {
        let told = self.customer_life(actor, purpose, customer.0, None).await?;
        // As of the day that was looked at; what is over goes on no more.
        let day = told.day.unwrap_or_default();
        let going_on = told.rows.iter().filter(|one| one.until > day);
        let each = going_on.map(|one| format!("{}, from about {} on.", one.title, one.began));
        Ok(section(
            "What we think goes on with you",
            each.collect(),
            "Nothing that we see or may look for.",
        ))
    }

    async fn groups(
        &self,
        customer: CustomerKey,
        refused: bool,
    ) -> Result<LetterSection, EngineError> {
        let title = "Groups that we put you in";
        if refused {
            return Ok(section(title, Vec::new(), "None: you refused it."));
        }
        let mut lines = Vec::new();
        if let Some(published) = self.registry().published(crate::segmenting::SCHEME).await? {
            let snapshot = self.snapshot(&published.run_id).await?;
            let names = self.names(crate::segmenting::SCHEME, None).await?;
            let own = snapshot.member(customer.0).map(|member| member.cluster);
            let segment = snapshot
                .segments
                .iter()
                .find(|one| Some(one.cluster) == own);
            if let Some(segment) = segment {
                let name = crate::schemes::name_of(segment, &names).0;
                lines.push(format!("By how you buy we count you among: {name}."));
            }
        }
        let others = self.memberships_of(customer.0).await?.into_iter();
        lines.extend(others.map(|one| format!("In “{}” you are among: {}.", one.title, one.name)));
        Ok(section(title, lines, "None that is shown."))
    }

    async fn consents_told(
        &self,
        customer: CustomerKey,
        done: &Timeline,
    ) -> Result<LetterSection, EngineError> {
        let sql = CONSENTS.replace("{who}", &customer.0.to_string());
        let mut lines = Vec::new();
        for batch in self.lake().rows(&sql, None, vec![]).await? {
            let (about, word, at) = (texts(&batch, 0)?, texts(&batch, 1)?, ints(&batch, 2)?);
            lines.extend((0..batch.num_rows()).map(|row| {
                format!(
                    "{}: {}, as of {}.",
                    about.value(row),
                    word.value(row),
                    clock::day(at.must(row))
                )
            }));
        }
        // Records that say the same on one day say it once.
        let mut said = std::collections::BTreeSet::new();
        lines.retain(|line| said.insert(line.clone()));
        let topics = done.declared.iter();
        let topics = topics.filter_map(|one| Some((topic(one)?, &one.value, &one.at)));
        lines.extend(topics.map(|(topic, word, at)| {
            format!(
                "Looking at {topic}: {word}, as of {}.",
                at.get(..10).unwrap_or(at)
            )
        }));
        Ok(section(
            "What you allowed",
            lines,
            "Nothing was asked or stated: no messages are sent, and you may refuse to be profiled at any time.",
        ))
    }
}

fn section(title: &str, lines: Vec<String>, none: &str) -> LetterSection {
    LetterSection {
        title: title.into(),
        lines: match lines.is_empty() {
            true => vec![none.into()],
            false => lines,
        },
    }
}

/// The topic that an answer is a consent to, or a refusal of.
fn topic(one: &DeclaredAttribute) -> Option<&str> {
    one.attribute.strip_prefix("consent:")
}

fn records(who: &CustomerIdentity) -> LetterSection {
    let mut lines = vec![match who.records.len() {
        1 => "We hold one record of you.".to_string(),
        many => format!("We hold {many} records of you, which we take for one person."),
    }];
    lines.extend(who.profile.iter().filter_map(|one| {
        let told = !one.value.is_empty();
        told.then(|| format!("{}: {}.", one.attribute.replace('_', " "), one.value))
    }));
    section("Who you are to us", lines, "")
}

/// By what somebody is known again.
fn recognised(who: &CustomerIdentity) -> LetterSection {
    let all = who.records.iter().flat_map(|one| &one.identifiers);
    let mut lines: Vec<String> = all
        .map(|one| match one.value.is_empty() {
            true => format!("{}.", one.field.replace('_', " ")),
            false => format!("{}: {}.", one.field.replace('_', " "), one.value),
        })
        .collect();
    lines.sort();
    lines.dedup();
    section("How we know you again", lines, "By nothing.")
}

/// The newest receipts with what was on them.
fn bought(done: &Timeline) -> LetterSection {
    let rows = done.page.rows.iter();
    let receipts: Vec<_> = rows.filter(|row| row.receipt_key.is_some()).collect();
    let mut lines: Vec<String> = receipts
        .iter()
        .take(LATELY)
        .map(|row| {
            let mut names: Vec<String> = row.products.iter().map(|one| one.name.clone()).collect();
            if row.further_products > 0 {
                names.push(format!("{} more", row.further_products));
            }
            let day = row.happened_at.get(..10).unwrap_or(&row.happened_at);
            format!("{day}, {}: {}.", row.what, names.join(", "))
        })
        .collect();
    if receipts.len() > LATELY {
        lines.push(format!(
            "{} older receipts; each is in the list of what you did, which we hand over when you ask.",
            receipts.len() - LATELY
        ));
    }
    section("What you bought lately", lines, "Nothing.")
}

/// The newest reviews, posts and messages.
fn written(done: &Timeline) -> LetterSection {
    let rows = done.page.rows.iter();
    let own = rows.filter(|row| ["review", "social", "service"].contains(&row.channel.as_str()));
    let lines = own.take(LATELY).map(|row| {
        let day = row.happened_at.get(..10).unwrap_or(&row.happened_at);
        format!("{day}, {}: {}", row.what, row.detail.trim())
    });
    section("What you wrote or asked us", lines.collect(), "Nothing.")
}

fn doings(done: &Timeline) -> LetterSection {
    let words = |channel: &str, rows: u64| {
        let (one, many) = match channel {
            "survey" => ("answer to surveys".into(), "answers to surveys".into()),
            "review" => ("review".into(), "reviews".into()),
            "social" => ("post".into(), "posts".into()),
            "ad" => (
                "ad that you saw or followed".into(),
                "ads that you saw or followed".into(),
            ),
            "shop" => (
                "receipt of our shops".into(),
                "receipts of our shops".into(),
            ),
            "web" => (
                "thing you did on our web pages".into(),
                "things you did on our web pages".into(),
            ),
            "app" => (
                "thing you did in our app".into(),
                "things you did in our app".into(),
            ),
            "email" => ("message by e-mail".into(), "messages by e-mail".into()),
            "service" => (
                "contact with our service".into(),
                "contacts with our service".into(),
            ),
            "event" => (
                "event of ours that you came to".into(),
                "events of ours that you came to".into(),
            ),
            other => (format!("entry of {other}"), format!("entries of {other}")),
        };
        format!("{rows} {}", if rows == 1 { one } else { many })
    };
    let each = done.channels.iter();
    let mut lines: Vec<String> = each
        .map(|one| format!("{}.", words(&one.channel, one.rows)))
        .collect();
    let times = done.page.rows.iter().map(|row| &row.happened_at);
    if let (Some(first), Some(last)) = (times.clone().min(), times.max()) {
        let day = |text: &str| text.get(..10).unwrap_or(text).to_string();
        lines.push(format!(
            "The first is of {}, the newest of {}.",
            day(first),
            day(last)
        ));
    }
    section("What you did that we keep", lines, "Nothing.")
}

fn answers(done: &Timeline) -> LetterSection {
    // Consents stand under what was allowed.
    let said = done.declared.iter().filter(|one| topic(one).is_none());
    let each = said.map(|one| {
        let question = one.question.as_deref().unwrap_or(&one.attribute);
        format!("{question} {}", one.value)
    });
    section(
        "What you told us of yourself",
        each.collect(),
        "You answered no question.",
    )
}

/// Leanings, habits, expectations, and what is not looked at.
fn leanings(genome: Option<&CustomerGenome>, refused: bool) -> Vec<LetterSection> {
    let none = match (refused, genome) {
        (true, _) => "You refused to be profiled: nothing is computed of you any more.",
        (false, None) => "Nothing was computed of you yet.",
        (false, Some(_)) => "We saw too little to think anything.",
    };
    let no_topic = match genome {
        Some(told) if !refused && told.revision > 0 => {
            "No topic is left out for want of your word."
        }
        _ => none,
    };
    let (mut likes, mut habits, mut expected, mut withheld) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    if let Some(genome) = genome {
        let genes = genome.genes.iter();
        let told = genes.filter(|gene| gene.standing != GeneStanding::Faint && !gene.joined);
        likes.extend(told.map(leaning));
        habits.extend(genome.habits.iter().map(habit));
        let each = genome.predicted.iter();
        expected.extend(each.map(|one| expectation(one, &genome.currency)));
        if !genome.withheld.is_empty() {
            let topics = genome.withheld.join(", ");
            withheld.push(format!("Without your word we do not look at: {topics}."));
        }
    }
    vec![
        section("What we think you like", likes, none),
        section("How we think you buy", habits, none),
        section("What we expect", expected, none),
        section("What we do not look at", withheld, no_topic),
    ]
}

/// How sure, as a sentence.
fn surely(word: &str) -> &'static str {
    match word {
        "very sure" => "We are very sure.",
        "sure" => "We are sure.",
        "likely" => "That is likely.",
        _ => "We are not sure of it.",
    }
}

fn habit(one: &HabitRow) -> String {
    let seen = match one.observations {
        1 => "one thing we saw".to_string(),
        many => format!("{many} things we saw"),
    };
    format!(
        "{}: {}, by {seen}. {}",
        one.label,
        one.word,
        surely(&one.sure)
    )
}

fn leaning(gene: &GeneRow) -> String {
    let attribute = gene
        .attribute
        .trim_end_matches(|c: char| c == '_' || c.is_ascii_digit())
        .replace('_', " ");
    let value = match gene.value.as_str() {
        "yes" => attribute.clone(),
        "no" => format!("no {attribute}"),
        value => format!("{value} ({attribute})"),
    };
    // What is read of the same things is one leaning and not several.
    let also = gene.told_with();
    let value = match also.is_empty() {
        true => value,
        false => format!("{value}, and with it {}", also.join(", ")),
    };
    let because = match gene.supporting {
        1 => "one thing you did".to_string(),
        many => format!("{many} things you did"),
    };
    match (gene.standing, gene.gene_type) {
        (GeneStanding::Disliked, _) => {
            format!(
                "You take {value} less than others do. {}",
                surely(&gene.sure)
            )
        }
        (_, GeneTypeWord::Passion) => format!(
            "You care for {value}, and have for long: {because} say so. {}",
            surely(&gene.sure)
        ),
        _ => format!(
            "You take {value} more than others do: {because} say so. {}",
            surely(&gene.sure)
        ),
    }
}

fn expectation(one: &PredictedRow, currency: &str) -> String {
    let told = |value: f64| match one.unit.as_str() {
        "share" => format!("{:.0} %", 100.0 * value),
        "money" => format!("{value:.2} {currency}"),
        unit => format!("{value:.1} {unit}"),
    };
    match one.unit.as_str() {
        "share" => format!("{}: {}.", one.label, told(one.value.value)),
        _ => format!(
            "{}: {}, likely between {} and {}.",
            one.label,
            told(one.value.value),
            told(one.value.low),
            told(one.value.high)
        ),
    }
}

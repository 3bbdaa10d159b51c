//! Advertising results: what each campaign cost, who was reached and who clicked. Reach is not random: it
//! follows online habits, which is why clicks look better than they are. Holds no sale.

use crate::output::Output;
use crate::random::{Purpose, Random};
use crate::receipts::{CURRENCY, Labels};
use crate::rows::Rows;
use crate::tables::ADS;
use crate::world::World;

/// Platforms with their cost per thousand impressions (EUR) and click rate.
const PLATFORMS: [(&str, f32, f32); 3] = [
    ("search", 9.0, 0.05),
    ("social", 5.0, 0.012),
    ("display", 2.2, 0.004),
];
/// What the campaigns are about, in turn.
const THEMES: [&str; 6] = ["fresh", "home", "fashion", "loyalty_app", "garden", "gifts"];
/// Days that one campaign runs.
const CAMPAIGN_DAYS: i32 = 28;
/// Impressions with a known device, per customer and campaign.
const REACH: f32 = 0.35;

/// Impressions, clicks and daily costs.
pub(crate) fn ad_rows(world: &World, labels: &Labels) -> Rows {
    let mut rows = Output::rows(world.spec.format, &ADS);
    let days = world.spec.days as i32;
    for number in 0..(days / CAMPAIGN_DAYS).max(1) {
        let theme = THEMES[number as usize % THEMES.len()];
        let campaign = format!("{theme}_{:02}", number + 1);
        for (platform, (name, per_thousand, click_rate)) in PLATFORMS.into_iter().enumerate() {
            let mut random = Random::new(
                world.spec.seed,
                Purpose::Advert,
                number as u64,
                platform as u64,
            );
            let count = (world.spec.customers as f32 * REACH / PLATFORMS.len() as f32) as u32;
            for _ in 0..count {
                impression(
                    world,
                    labels,
                    &mut rows,
                    &mut random,
                    (&campaign, name, number * CAMPAIGN_DAYS),
                    click_rate,
                );
            }
            for day in number * CAMPAIGN_DAYS..((number + 1) * CAMPAIGN_DAYS).min(days) {
                // The platforms also reach strangers; only the cost of those is known.
                let shown = count as f32 / CAMPAIGN_DAYS as f32 * 4.0 * (0.8 + 0.4 * random.unit());
                let cost = (shown / 1000.0 * per_thousand * 10_000.0) as i64;
                let event = Advert {
                    campaign: &campaign,
                    platform: name,
                    kind: "cost",
                    day,
                    second: 86_399,
                };
                write(labels, &mut rows, &event, &mut random, "", 0, Some(cost));
            }
        }
    }
    rows
}

struct Advert<'a> {
    campaign: &'a str,
    platform: &'a str,
    kind: &'a str,
    day: i32,
    second: u32,
}

fn impression(
    world: &World,
    labels: &Labels,
    rows: &mut Rows,
    random: &mut Random,
    (campaign, platform, first_day): (&str, &str, i32),
    click_rate: f32,
) {
    let index = random.below(world.spec.customers as usize);
    let person = &world.people[index];
    let day = first_day + random.below(CAMPAIGN_DAYS as usize) as i32;
    let reached = random.chance(0.15 + 1.5 * person.online);
    if !reached || day >= world.spec.days as i32 {
        return;
    }
    let device = labels
        .ids
        .device(index as u32, random.chance(person.habits().app));
    let mut customer = String::new();
    // The platform passes an id on only for those who agreed and are signed in.
    if random.chance(0.3) && day >= person.joined {
        labels.ids.main(&mut customer, person, index as u32, day);
    }
    let second = random.between(6 * 3600, 24 * 3600 - 120) as u32;
    let shown = Advert {
        campaign,
        platform,
        kind: "impression",
        day,
        second,
    };
    write(labels, rows, &shown, random, &customer, device, None);
    if random.chance(click_rate * (0.5 + 3.0 * person.online)) {
        write(
            labels,
            rows,
            &Advert {
                kind: "click",
                second: second + 20,
                ..shown
            },
            random,
            &customer,
            device,
            None,
        );
    }
}

fn write(
    labels: &Labels,
    rows: &mut Rows,
    advert: &Advert<'_>,
    random: &mut Random,
    customer: &str,
    device: u64,
    cost: Option<i64>,
) {
    rows.code(&format!("d{:016x}", random.bits()));
    rows.time(&labels.days[advert.day as usize].1, advert.second);
    rows.code(advert.campaign);
    rows.code(advert.platform);
    rows.code(advert.kind);
    rows.code(customer);
    if device == 0 {
        rows.none()
    } else {
        rows.code(&format!("a{device:016x}"))
    }
    match cost {
        Some(cost) => {
            rows.money(cost);
            rows.code(CURRENCY);
        }
        None => {
            rows.none();
            rows.none();
        }
    }
    rows.end();
}

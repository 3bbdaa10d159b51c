//! Home's chapters on customers and products, and what waits for a person there: from what the newest runs said of
//! themselves. It must not count anything.

use crate::views::{Chapter, NextStep};
use crate::{EngineError, Project, clock};

impl Project {
    /// Who the customers are as people, and what the products are.
    pub(crate) async fn chapters_of_genomes(&self) -> Result<Vec<Chapter>, EngineError> {
        let id = self.id();
        let mut told = Vec::new();
        if let Some(genomes) = self.newest_genomes().await? {
            let mut text = format!("{}, each with its evidence.", genomes.sentence);
            if let Some((identity, _)) = self.identity_run().await? {
                text = format!("{} {text}", identity.sentence);
            }
            if let Some(life) = self.newest_life().await? {
                text.push_str(&format!(" {}.", life.sentence));
            }
            told.push(Chapter {
                title: "What does each of them lean to?".into(),
                text,
                link: format!("/p/{id}/customers"),
            });
        }
        if let Some(read) = self.newest_dna().await? {
            told.push(Chapter {
                title: "What are the products?".into(),
                text: format!(
                    "{} values of {} of {} products, read from fields, texts and prices, and who stands for whom.",
                    read.values, read.told, read.products
                ),
                link: format!("/p/{id}/products"),
            });
        }
        Ok(told)
    }

    /// What waits for a person about customers.
    pub(crate) async fn steps_of_people(&self) -> Result<Vec<NextStep>, EngineError> {
        let link = format!("/p/{}/customers", self.id());
        let mut steps = Vec::new();
        if let Some((identity, _)) = self.identity_run().await? {
            let shared = identity.refused.iter().filter(|one| !one.blocked).count();
            if shared > 0 {
                steps.push(NextStep {
                    title: format!("Look at identifiers that too many records share ({shared})"),
                    text: "They link nobody, as a kiosk's address would merge thousands: block them, or mend the feed.".into(),
                    link: link.clone(),
                    worth: None,
                });
            }
            if identity.review > 0 {
                steps.push(NextStep {
                    title: format!(
                        "Decide whether records are one customer ({} pairs)",
                        identity.review
                    ),
                    text: "They are alike, but not enough to be merged by the machine.".into(),
                    link: link.clone(),
                    worth: None,
                });
            }
        }
        if let Some((from, to)) = self.genome_step().await? {
            steps.push(NextStep {
                title: "See whose taste moved".into(),
                text: format!(
                    "Genomes of {} and {} are kept: a list names the customers whose genes appeared, faded or turned.",
                    clock::day(from),
                    clock::day(to)
                ),
                link,
                worth: None,
            });
        }
        Ok(steps)
    }
}

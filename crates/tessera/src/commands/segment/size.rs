//! The size of a recipe on the command line, before it is saved. It prints and changes nothing.

use crate::output::{self, WrongUse};
use engine::views::RecipeSizeRequest;
use engine::{Actor, Project};

/// Shows how many members a recipe keeps, of rules in each cell.
pub async fn show(project: &Project, text: String, json: bool) -> anyhow::Result<()> {
    let asked = RecipeSizeRequest { text };
    let size = project.recipe_size(&Actor::command_line(), &asked).await?;
    if let Some(problem) = size.problem {
        return Err(WrongUse(problem).into());
    }
    if json {
        return output::json(&size);
    }
    let about = if size.step > 1 { "about " } else { "" };
    output::line(format!(
        "{about}{} of {about}{} {} as of {}; nothing is saved",
        size.members,
        size.all,
        size.of.map_or("members", |of| of.word()),
        size.as_of.unwrap_or_default()
    ));
    if !size.cells.is_empty() {
        let rows = size.cells.iter().map(|cell| {
            vec![
                cell.name.clone(),
                format!("{about}{}", cell.members),
                format!("{:.1} %", 100.0 * cell.share),
                cell.share_sales
                    .map_or("-".into(), |share| format!("{:.1} %", 100.0 * share)),
            ]
        });
        output::table(&["cell", "members", "of all", "of sales"], rows.collect());
    }
    if size.step > 1 {
        output::line(format!("people are told to the nearest {}", size.step));
    }
    for note in &size.notes {
        output::line(note);
    }
    Ok(())
}

//! Who may do what: one table for people's roles, one for the scopes of API keys. Nothing is allowed that
//! is not in them, and no role or scope contains another.

use retail::{Purpose, Role, Scope};

use crate::action::Action;
use crate::refusal::Refusal;

/// The roles that may do something.
fn roles_for(action: Action) -> &'static [Role] {
    use Role::{Admin, Analyst, Approver, Developer, Marketer, Planner, Privacy, Staff};
    match action {
        Action::ReadResults => Role::ALL,
        Action::ReadPerson(Purpose::Analytics) => &[Planner, Marketer, Analyst],
        Action::ReadPerson(Purpose::Personalisation) => &[Marketer, Developer],
        Action::ReadPerson(Purpose::MarketingMessages) => &[Marketer],
        Action::ReadPerson(Purpose::Service) => &[Staff],
        Action::ReadPerson(Purpose::PrivacyRequest) => &[Privacy],
        Action::ReadPerson(Purpose::Quality) => &[Analyst, Developer, Privacy, Admin],
        Action::ReadQuarantine => &[Analyst, Developer, Privacy, Admin],
        Action::EditSegments => &[Planner, Marketer, Analyst],
        Action::DecideIdentity => &[Analyst, Staff, Privacy],
        Action::CorrectProducts => &[Planner, Marketer, Analyst],
        Action::KeepAnswers => &[Marketer, Developer, Staff],
        Action::StrikeGenes => &[Staff, Privacy],
        Action::ApproveScenario => &[Approver],
        Action::StartRun => &[Planner, Marketer, Analyst],
        Action::Import => &[Planner, Marketer, Analyst, Developer, Admin],
        Action::WithdrawImport | Action::ReplayQuarantine => &[Analyst, Developer, Admin],
        Action::RunSql => &[Analyst, Admin],
        Action::ManagePeople => &[Admin],
        Action::ManageKeys => &[Admin],
        Action::ReadAudit => &[Privacy, Admin],
        Action::ChangeSettings => &[Admin],
    }
}

/// The scopes that may do something; none where only a person may.
fn scopes_for(action: Action) -> &'static [Scope] {
    match action {
        // Who answers a request under privacy law, or approves what others put up, is a person with a name.
        Action::ReadPerson(Purpose::PrivacyRequest) | Action::ApproveScenario => &[],
        Action::ReadResults | Action::ReadPerson(_) | Action::RunSql => &[Scope::Read],
        Action::EditSegments
        | Action::DecideIdentity
        | Action::CorrectProducts
        | Action::KeepAnswers
        | Action::StrikeGenes
        | Action::StartRun
        | Action::WithdrawImport
        | Action::ReplayQuarantine => &[Scope::Write],
        Action::Import | Action::ReadQuarantine => &[Scope::Ingest],
        Action::ManagePeople | Action::ManageKeys | Action::ReadAudit | Action::ChangeSettings => {
            &[Scope::Admin]
        }
    }
}

/// Whether a person with these roles may do something.
pub fn may(roles: &[Role], action: Action) -> Result<(), Refusal> {
    let needed = roles_for(action);
    if roles.iter().any(|role| needed.contains(role)) {
        return Ok(());
    }
    let needed: Vec<_> = needed.iter().map(|role| role.word()).collect();
    Err(Refusal {
        why: format!("your roles may not {}", action.words()),
        how: format!("ask an admin for one of these roles: {}", needed.join(", ")),
    })
}

/// Whether an API key with these scopes may do something.
pub fn key_may(scopes: &[Scope], action: Action) -> Result<(), Refusal> {
    let needed = scopes_for(action);
    if scopes.iter().any(|scope| needed.contains(scope)) {
        return Ok(());
    }
    let why = format!("this API key may not {}", action.words());
    let how = match needed.first() {
        Some(scope) => format!("use a key with the scope '{}'", scope.word()),
        None => "only a person may, so sign in".to_string(),
    };
    Err(Refusal { why, how })
}

/// The purposes that a person with these roles may name, in their fixed order.
pub fn purposes(roles: &[Role]) -> Vec<Purpose> {
    Purpose::ALL
        .into_iter()
        .filter(|purpose| may(roles, Action::ReadPerson(*purpose)).is_ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Columns: planner, marketer, analyst, developer, staff, privacy, admin, approver; then read, write, ingest, admin.
    const TABLE: &[(Action, &str, &str)] = &[
        (Action::ReadResults, "xxxxxxxx", "x..."),
        (Action::ReadPerson(Purpose::Analytics), "xxx.....", "x..."),
        (
            Action::ReadPerson(Purpose::Personalisation),
            ".x.x....",
            "x...",
        ),
        (
            Action::ReadPerson(Purpose::MarketingMessages),
            ".x......",
            "x...",
        ),
        (Action::ReadPerson(Purpose::Service), "....x...", "x..."),
        (
            Action::ReadPerson(Purpose::PrivacyRequest),
            ".....x..",
            "....",
        ),
        (Action::ReadPerson(Purpose::Quality), "..xx.xx.", "x..."),
        (Action::ReadQuarantine, "..xx.xx.", "..x."),
        (Action::EditSegments, "xxx.....", ".x.."),
        (Action::DecideIdentity, "..x.xx..", ".x.."),
        (Action::CorrectProducts, "xxx.....", ".x.."),
        (Action::KeepAnswers, ".x.xx...", ".x.."),
        (Action::StrikeGenes, "....xx..", ".x.."),
        (Action::ApproveScenario, ".......x", "...."),
        (Action::StartRun, "xxx.....", ".x.."),
        (Action::Import, "xxxx..x.", "..x."),
        (Action::WithdrawImport, "..xx..x.", ".x.."),
        (Action::ReplayQuarantine, "..xx..x.", ".x.."),
        (Action::RunSql, "..x...x.", "x..."),
        (Action::ManagePeople, "......x.", "...x"),
        (Action::ManageKeys, "......x.", "...x"),
        (Action::ReadAudit, ".....xx.", "...x"),
        (Action::ChangeSettings, "......x.", "...x"),
    ];

    #[test]
    fn every_role_and_scope_against_every_action() {
        for (action, roles, scopes) in TABLE {
            for (role, mark) in Role::ALL.iter().zip(roles.chars()) {
                assert_eq!(
                    may(&[*role], *action).is_ok(),
                    mark == 'x',
                    "{role:?} {action:?}"
                );
            }
            for (scope, mark) in Scope::ALL.iter().zip(scopes.chars()) {
                let allowed = key_may(&[*scope], *action).is_ok();
                assert_eq!(allowed, mark == 'x', "{scope:?} {action:?}");
            }
            assert_eq!(
                (roles.len(), scopes.len()),
                (Role::ALL.len(), Scope::ALL.len())
            );
        }
    }

    #[test]
    fn roles_add_up_and_none_is_nothing() {
        for (action, _, _) in TABLE {
            assert!(may(&[], *action).is_err());
            assert!(key_may(&[], *action).is_err());
            for set in 0..1_u32 << Role::ALL.len() {
                let chosen = |(i, role): (usize, &Role)| (set >> i & 1 == 1).then_some(*role);
                let roles: Vec<_> = Role::ALL.iter().enumerate().filter_map(chosen).collect();
                let any = roles.iter().any(|role| may(&[*role], *action).is_ok());
                assert_eq!(may(&roles, *action).is_ok(), any, "{roles:?} {action:?}");
            }
        }
    }

    #[test]
    fn every_purpose_has_its_row_and_somebody_who_may() {
        for purpose in Purpose::ALL {
            let row = |(action, ..): &&(Action, _, _)| *action == Action::ReadPerson(purpose);
            assert_eq!(TABLE.iter().filter(row).count(), 1);
            assert!(
                Role::ALL
                    .iter()
                    .any(|role| purposes(&[*role]).contains(&purpose))
            );
        }
        assert_eq!(purposes(&[Role::Staff]), [Purpose::Service]);
        assert_eq!(purposes(Role::ALL), Purpose::ALL);
    }

    #[test]
    fn a_refusal_says_how() {
        let text = |refused: Result<(), Refusal>| refused.err().map(|r| r.to_string());
        assert_eq!(
            text(may(&[Role::Staff], Action::ReadAudit)).as_deref(),
            Some(
                "your roles may not see the audit: ask an admin for one of these roles: privacy, admin"
            )
        );
        let request = Action::ReadPerson(Purpose::PrivacyRequest);
        assert_eq!(
            text(key_may(Scope::ALL, request)).as_deref(),
            Some(
                "this API key may not look at a person for the purpose 'privacy_request': only a person may, so sign in"
            )
        );
    }
}

//! The people who work with the project: names, roles, whether they may sign in.
//! How they sign in is in `sign_in`; what a role may do is `govern`'s.

use retail::{Change, Role};
use serde::Serialize;
use serde_json::json;
use sqlx::any::AnyRow;

use crate::audit::Fact;
use crate::error::{Error, Result};
use crate::row::{Columns, join_words};
use crate::secret::{Noise, fresh_id};
use crate::store::{Registry, Tx};

/// A person who works with the project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    /// The id, `person:` and a UUID.
    pub person_id: String,
    /// The name.
    pub name: String,
    /// The e-mail address, lower case.
    pub email: Option<String>,
    /// What the person does.
    pub roles: Vec<Role>,
    /// Whether the person may sign in.
    pub active: bool,
    /// When the person was added.
    pub created_at: i64,
    /// When the person was last seen, to about a minute.
    pub last_seen_at: Option<i64>,
}

/// A person to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPerson {
    /// The name.
    pub name: String,
    /// The e-mail address; no two people share one.
    pub email: Option<String>,
    /// What the person does; at least one.
    pub roles: Vec<Role>,
}

/// What changes about a person; `None` leaves it as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PersonUpdate {
    /// The new roles, at least one.
    pub roles: Option<Vec<Role>>,
    /// Whether the person may sign in; when not, every session ends at once.
    pub active: Option<bool>,
}

const SELECT: &str = "SELECT person_id, name_sealed, email_sealed, roles, active, created_at, last_seen_at \
     FROM people";

impl Registry {
    /// Adds a person.
    pub async fn create_person(&self, new: &NewPerson, at: i64, change: &Change) -> Result<Person> {
        let person = Person {
            person_id: format!("person:{}", fresh_id(at)?),
            name: new.name.trim().to_string(),
            email: new.email.as_deref().map(normal_email).transpose()?,
            roles: checked_roles(&new.roles)?,
            active: true,
            created_at: at,
            last_seen_at: None,
        };
        if person.name.is_empty() {
            return Err(Error::invalid("name", "is empty: give the person's name"));
        }
        let mut changing = self.begin_change().await?;
        let blind = person.email.as_deref().map(|email| self.email_blind(email));
        if let Some(blind) = &blind {
            let taken = sqlx::query("SELECT person_id FROM people WHERE email_blind = $1")
                .bind(&blind[..])
                .fetch_optional(&mut *changing.tx)
                .await?;
            if taken.is_some() {
                let what = "another person has this e-mail address";
                return Err(Error::conflict(what, "use that person or another address"));
            }
        }
        let mut noise = Noise::new();
        let place = person.person_id.as_bytes();
        let seal =
            |text: &str, noise: &mut Noise| self.keys.project.seal(text.as_bytes(), place, noise);
        let name = seal(&person.name, &mut noise)?;
        let email = match &person.email {
            Some(email) => Some(seal(email, &mut noise)?),
            None => None,
        };
        let roles = join_words(&person.roles, Role::word);
        sqlx::query(
            "INSERT INTO people (person_id, name_sealed, email_sealed, email_blind, roles, active, created_at) \
             VALUES ($1, $2, $3, $4, $5, 1, $6)",
        )
        .bind(&*person.person_id)
        .bind(&name[..])
        .bind(email.as_deref())
        .bind(blind.as_ref().map(|blind| &blind[..]))
        .bind(&*roles)
        .bind(at)
        .execute(&mut *changing.tx)
        .await?;
        let fact = Fact {
            action: "person.create",
            subject: &person.person_id,
            detail: json!({ "roles": person.roles }),
        };
        changing.commit(at, change, fact).await?;
        Ok(person)
    }

    /// Everybody, in the order in which they were added.
    pub async fn people(&self) -> Result<Vec<Person>> {
        let sql = format!("{SELECT} ORDER BY created_at, person_id");
        let rows = sqlx::query(&sql).fetch_all(&self.reader).await?;
        rows.iter().map(|row| self.read_person(row)).collect()
    }

    /// One person.
    pub async fn person(&self, person_id: &str) -> Result<Person> {
        let sql = format!("{SELECT} WHERE person_id = $1");
        let row = sqlx::query(&sql)
            .bind(person_id)
            .fetch_optional(&self.reader)
            .await?
            .ok_or_else(|| Error::missing("person", person_id))?;
        self.read_person(&row)
    }

    /// Changes roles, or whether a person may sign in. The last active admin stays one.
    pub async fn update_person(
        &self,
        person_id: &str,
        update: &PersonUpdate,
        at: i64,
        change: &Change,
    ) -> Result<Person> {
        let mut changing = self.begin_change().await?;
        let before = self.person_in(&mut changing.tx, person_id).await?;
        let roles = match &update.roles {
            Some(roles) => checked_roles(roles)?,
            None => before.roles.clone(),
        };
        let active = update.active.unwrap_or(before.active);
        sqlx::query("UPDATE people SET roles = $1, active = $2 WHERE person_id = $3")
            .bind(join_words(&roles, Role::word))
            .bind(i64::from(active))
            .bind(person_id)
            .execute(&mut *changing.tx)
            .await?;
        let was_admin = before.active && before.roles.contains(&Role::Admin);
        if was_admin && !has_admin(&mut changing.tx).await? {
            let what = "this person is the last admin who may sign in";
            return Err(Error::conflict(what, "make somebody else admin first"));
        }
        if !active {
            for table in ["sessions", "login_tokens"] {
                let sql = format!("DELETE FROM {table} WHERE person_id = $1");
                let delete = sqlx::query(&sql).bind(person_id);
                delete.execute(&mut *changing.tx).await?;
            }
        }
        let fact = Fact {
            action: "person.update",
            subject: person_id,
            detail: json!({
                "before": { "roles": before.roles, "active": before.active },
                "after": { "roles": roles, "active": active },
            }),
        };
        changing.commit(at, change, fact).await?;
        Ok(Person {
            roles,
            active,
            ..before
        })
    }

    /// Notes that a person was here.
    pub async fn person_seen(&self, person_id: &str, at: i64) -> Result<()> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "UPDATE people SET last_seen_at = $1 WHERE person_id = $2 \
             AND (last_seen_at IS NULL OR last_seen_at < $1)",
        )
        .bind(at)
        .bind(person_id)
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }

    pub(crate) async fn person_in(&self, tx: &mut Tx, person_id: &str) -> Result<Person> {
        let sql = format!("{SELECT} WHERE person_id = $1");
        let row = sqlx::query(&sql)
            .bind(person_id)
            .fetch_optional(&mut **tx)
            .await?
            .ok_or_else(|| Error::missing("person", person_id))?;
        self.read_person(&row)
    }

    pub(crate) fn email_blind(&self, email: &str) -> [u8; 32] {
        self.keys.blind("person e-mail", email)
    }

    pub(crate) fn read_person(&self, row: &AnyRow) -> Result<Person> {
        let person_id = row.text("person_id")?;
        let open = |sealed: &[u8]| {
            let what = "a name or e-mail address";
            self.keys
                .project
                .open_text(sealed, person_id.as_bytes(), what)
        };
        Ok(Person {
            name: open(&row.bytes("name_sealed")?)?,
            email: row
                .bytes_or_none("email_sealed")?
                .map(|sealed| open(&sealed))
                .transpose()?,
            roles: row.words("roles", Role::from_word)?,
            active: row.int("active")? != 0,
            created_at: row.int("created_at")?,
            last_seen_at: row.int_or_none("last_seen_at")?,
            person_id,
        })
    }
}

async fn has_admin(tx: &mut Tx) -> Result<bool> {
    let rows = sqlx::query("SELECT roles FROM people WHERE active = 1")
        .fetch_all(&mut **tx)
        .await?;
    for row in &rows {
        if row.words("roles", Role::from_word)?.contains(&Role::Admin) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Roles in their fixed order, each once.
fn checked_roles(roles: &[Role]) -> Result<Vec<Role>> {
    let roles: Vec<_> = Role::ALL
        .iter()
        .copied()
        .filter(|role| roles.contains(role))
        .collect();
    if roles.is_empty() {
        return Err(Error::invalid("roles", "is empty: give at least one role"));
    }
    Ok(roles)
}

/// An e-mail address as it is stored and compared.
pub(crate) fn normal_email(email: &str) -> Result<String> {
    let email = email.trim().to_lowercase();
    match email.split_once('@') {
        Some((name, host)) if !name.is_empty() && !host.is_empty() => Ok(email),
        _ => Err(Error::invalid(
            "email",
            "is no e-mail address: write name@host",
        )),
    }
}

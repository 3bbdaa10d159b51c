//! People and keys of a project as an administrator sees them.

use crate::ask::{instant, written_instant};
use crate::views::{
    Key, KeyCreated, KeyList, NewKey, NewPerson, Person, PersonChange, PersonCreated, PersonList,
    ReasonRequest,
};
use crate::workspaces::LINK_LASTS;
use crate::{Actor, EngineError, Project, clock};
use govern::Action;
use registry::{NewApiKey, PersonUpdate};
use retail::Change;

impl Project {
    /// Everybody who works with the project.
    pub async fn people(&self, actor: &Actor) -> Result<PersonList, EngineError> {
        actor.may(Action::ManagePeople)?;
        let people = self.registry().people().await?;
        Ok(PersonList {
            people: people.into_iter().map(shown).collect(),
        })
    }

    /// Adds a person; the answer holds a link that signs them in once.
    pub async fn add_person(
        &self,
        actor: &Actor,
        new: NewPerson,
    ) -> Result<PersonCreated, EngineError> {
        actor.may(Action::ManagePeople)?;
        let change = actor.change(&new.reason)?;
        let now = self.now();
        let new = registry::NewPerson {
            name: new.name,
            email: new.email,
            roles: new.roles,
        };
        let person = self.registry().create_person(&new, now, &change).await?;
        self.login_link(person.person_id, &change).await
    }

    /// A link that signs somebody in once.
    async fn login_link(
        &self,
        person_id: String,
        change: &Change,
    ) -> Result<PersonCreated, EngineError> {
        let now = self.now();
        let link = self
            .registry()
            .issue_login_token(&person_id, now, now + LINK_LASTS, change)
            .await?;
        Ok(PersonCreated {
            person_id,
            login_link: format!("/login?token={link}"),
        })
    }

    /// A new link that signs somebody in once: for whoever's session ended.
    pub async fn link_person(
        &self,
        actor: &Actor,
        person_id: &str,
        asked: ReasonRequest,
    ) -> Result<PersonCreated, EngineError> {
        actor.may(Action::ManagePeople)?;
        let change = actor.change(&asked.reason)?;
        let person = self.registry().person(person_id).await?;
        if !person.active {
            let detail = "this account is closed; open it first";
            return Err(EngineError::Data(detail.into()));
        }
        self.login_link(person.person_id, &change).await
    }

    /// Changes a person's roles, or whether they may sign in.
    pub async fn change_person(
        &self,
        actor: &Actor,
        person_id: &str,
        asked: PersonChange,
    ) -> Result<Person, EngineError> {
        actor.may(Action::ManagePeople)?;
        let change = actor.change(&asked.reason)?;
        let update = PersonUpdate {
            roles: asked.roles,
            active: asked.active,
        };
        self.registry()
            .update_person(person_id, &update, self.now(), &change)
            .await?;
        Ok(shown(self.registry().person(person_id).await?))
    }

    /// The API keys, without their secrets.
    pub async fn keys(&self, actor: &Actor) -> Result<KeyList, EngineError> {
        actor.may(Action::ManageKeys)?;
        let keys = self
            .registry()
            .api_keys()
            .await?
            .into_iter()
            .map(|key| Key {
                key_id: key.key_id,
                name: key.name,
                prefix: key.prefix,
                scopes: key.scopes,
                created_at: clock::text(key.created_at),
                expires_at: instant(key.expires_at),
                last_used_at: instant(key.last_used_at),
                revoked: key.revoked,
            });
        Ok(KeyList {
            keys: keys.collect(),
        })
    }

    /// Makes a key; its secret is in the answer and nowhere else.
    pub async fn add_key(&self, actor: &Actor, new: NewKey) -> Result<KeyCreated, EngineError> {
        actor.may(Action::ManageKeys)?;
        let change = actor.change(&new.reason)?;
        let expires_at = match &new.expires_at {
            None => None,
            Some(written) => Some(written_instant("expires_at", written, "2030-01-31")?),
        };
        if expires_at.is_some_and(|at| at <= self.now()) {
            let detail = "lies in the past: the key would never work; give a later date, or none";
            return Err(EngineError::invalid("expires_at", detail));
        }
        let new = NewApiKey {
            name: new.name,
            scopes: new.scopes,
            expires_at,
        };
        let (key, secret) = self
            .registry()
            .create_key(&new, self.now(), &change)
            .await?;
        Ok(KeyCreated {
            key_id: key.key_id,
            secret,
        })
    }

    /// Revokes a key at once and for good.
    pub async fn revoke_key(
        &self,
        actor: &Actor,
        key_id: &str,
        asked: ReasonRequest,
    ) -> Result<(), EngineError> {
        actor.may(Action::ManageKeys)?;
        let change = actor.change(&asked.reason)?;
        Ok(self
            .registry()
            .revoke_key(key_id, self.now(), &change)
            .await?)
    }
}

fn shown(person: registry::Person) -> Person {
    Person {
        person_id: person.person_id,
        name: person.name,
        email: person.email,
        roles: person.roles,
        active: person.active,
        last_seen_at: instant(person.last_seen_at),
    }
}

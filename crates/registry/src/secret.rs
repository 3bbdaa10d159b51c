//! The project secret and what is made from it: sealing, blind indexes, hashes of tokens, the audit's seal.
//! It must not know what is sealed, and no secret leaves it but by the caller's wish.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::XChaCha20Poly1305;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};

use crate::error::{Error, Result};

const NONCE: usize = 24;

/// The secret of a project: 32 random bytes kept outside the database. Without it the persons in the
/// registry cannot be read and the audit chain cannot be continued.
#[derive(Clone)]
pub struct ProjectSecret([u8; 32]);

impl ProjectSecret {
    /// A new secret from the operating system's random source.
    pub fn generate() -> Result<Self> {
        Ok(Self(Noise::new().bytes()?))
    }

    /// A secret from its bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A secret from its text.
    pub fn from_text(text: &str) -> Result<Self> {
        let bytes = URL_SAFE_NO_PAD
            .decode(text.trim())
            .map_err(|_| Error::SecretText)?;
        Ok(Self(bytes.try_into().map_err(|_| Error::SecretText)?))
    }

    /// The text of the secret, to be kept in a file that only its owner reads.
    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

impl std::fmt::Debug for ProjectSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ProjectSecret(…)")
    }
}

/// The keys made from the project secret, one per use.
pub(crate) struct Keys {
    blind: [u8; 32],
    token: [u8; 32],
    audit: [u8; 32],
    version: [u8; 32],
    identity: [u8; 32],
    wrap: Cipher,
    /// Seals what belongs to the project and to no single customer.
    pub(crate) project: Cipher,
}

impl Keys {
    pub(crate) fn new(secret: &ProjectSecret) -> Self {
        let derive =
            |usage: &str| blake3::derive_key(&format!("tessera registry 1 {usage}"), &secret.0);
        Self {
            blind: derive("blind index"),
            token: derive("token hash"),
            audit: derive("audit seal"),
            version: derive("version seal"),
            identity: derive("row identities"),
            wrap: Cipher::new(&derive("person key wrap")),
            project: Cipher::new(&derive("project data")),
        }
    }

    /// The blind index of a value: equal values have equal indexes, and nobody without the secret can
    /// compute or guess one.
    pub(crate) fn blind(&self, kind: &str, value: impl AsRef<[u8]>) -> [u8; 32] {
        let mut hasher = self.blind_hasher(kind);
        hasher.update(value.as_ref());
        hasher.finalize().into()
    }

    /// What makes the blind index of a value that comes in parts.
    pub(crate) fn blind_hasher(&self, kind: &str) -> blake3::Hasher {
        let mut hasher = blake3::Hasher::new_keyed(&self.blind);
        hasher.update(&(kind.len() as u64).to_le_bytes());
        hasher.update(kind.as_bytes());
        hasher
    }

    /// The key of row identities.
    pub(crate) fn identity(&self) -> [u8; 32] {
        self.identity
    }

    /// The stored form of a token, session or API key.
    pub(crate) fn token_hash(&self, secret: &str) -> [u8; 32] {
        blake3::keyed_hash(&self.token, secret.as_bytes()).into()
    }

    /// The seal of the audit's head.
    pub(crate) fn audit_mac(&self, entries: i64, hash: &[u8]) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new_keyed(&self.audit);
        hasher.update(&entries.to_le_bytes());
        hasher.update(hash);
        hasher.finalize()
    }

    /// The seal of a version's texts, in hexadecimal: nobody without the secret can make one, or guess from it what
    /// was sealed.
    pub(crate) fn version_seal<'a>(&self, texts: impl Iterator<Item = &'a str>) -> String {
        let mut hasher = blake3::Hasher::new_keyed(&self.version);
        for text in texts {
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        }
        hasher.finalize().to_hex().to_string()
    }

    /// What a registry stores to recognise its secret.
    pub(crate) fn proof(&self) -> blake3::Hash {
        blake3::keyed_hash(&self.audit, b"this secret made this registry")
    }

    /// A new key of a person, and the form in which it is stored.
    pub(crate) fn new_person_key(
        &self,
        customer: i64,
        noise: &mut Noise,
    ) -> Result<(Cipher, Vec<u8>)> {
        let key: [u8; 32] = noise.bytes()?;
        let wrapped = self.wrap.seal(&key, &customer.to_le_bytes(), noise)?;
        Ok((Cipher::new(&key), wrapped))
    }

    /// The key of a person from its stored form.
    pub(crate) fn person_key(&self, customer: i64, wrapped: &[u8]) -> Result<Cipher> {
        let damaged = || Error::Damaged {
            what: "a person's key",
        };
        let key = self
            .wrap
            .open(wrapped, &customer.to_le_bytes())
            .ok_or_else(damaged)?;
        let key: [u8; 32] = key.try_into().map_err(|_| damaged())?;
        Ok(Cipher::new(&key))
    }
}

/// One key of XChaCha20-Poly1305. What it seals is nonce and cipher text, bound to a context.
pub(crate) struct Cipher(XChaCha20Poly1305);

impl Cipher {
    fn new(key: &[u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(key.into()))
    }

    /// Seals a value for one place: it opens nowhere else.
    pub(crate) fn seal(&self, value: &[u8], place: &[u8], noise: &mut Noise) -> Result<Vec<u8>> {
        let nonce: [u8; NONCE] = noise.bytes()?;
        let payload = Payload {
            msg: value,
            aad: place,
        };
        let text = self
            .0
            .encrypt((&nonce).into(), payload)
            .map_err(|_| Error::invalid("value", "is too long to be sealed"))?;
        Ok([&nonce[..], &text].concat())
    }

    /// Opens what was sealed for a place; `None` where key, place or bytes are not those.
    pub(crate) fn open(&self, sealed: &[u8], place: &[u8]) -> Option<Vec<u8>> {
        let (nonce, text) = sealed.split_first_chunk::<NONCE>()?;
        let payload = Payload {
            msg: text,
            aad: place,
        };
        self.0.decrypt(nonce.into(), payload).ok()
    }

    /// Opens a sealed text.
    pub(crate) fn open_text(
        &self,
        sealed: &[u8],
        place: &[u8],
        what: &'static str,
    ) -> Result<String> {
        self.open(sealed, place)
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or(Error::Damaged { what })
    }
}

/// Random bytes of the operating system, fetched in blocks because bulk sealing needs many.
pub(crate) struct Noise {
    block: [u8; 4096],
    used: usize,
}

impl Noise {
    pub(crate) fn new() -> Self {
        Self {
            block: [0; 4096],
            used: 4096,
        }
    }

    /// The next random bytes.
    pub(crate) fn bytes<const N: usize>(&mut self) -> Result<[u8; N]> {
        if self.used + N > self.block.len() {
            getrandom::fill(&mut self.block).map_err(Error::Random)?;
            self.used = 0;
        }
        let mut bytes = [0; N];
        bytes.copy_from_slice(&self.block[self.used..self.used + N]);
        self.block[self.used..self.used + N].fill(0);
        self.used += N;
        Ok(bytes)
    }
}

/// A new secret text of 32 random bytes, behind a prefix that tells what it is.
pub(crate) fn fresh_token(prefix: &str) -> Result<String> {
    let bytes: [u8; 32] = Noise::new().bytes()?;
    Ok(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes)))
}

/// A new id that sorts by the caller's time (microseconds since the epoch): a UUID of version 7.
pub(crate) fn fresh_id(at: i64) -> Result<String> {
    let random: [u8; 10] = Noise::new().bytes()?;
    let millis = u64::try_from(at / 1_000).unwrap_or(0);
    Ok(uuid::Builder::from_unix_timestamp_millis(millis, &random)
        .into_uuid()
        .to_string())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_a_secret_round_trips_and_debug_hides_it() {
        let secret = ProjectSecret::generate().unwrap();
        let again = ProjectSecret::from_text(&secret.to_text()).unwrap();
        assert_eq!(again.to_text(), secret.to_text());
        assert!(!format!("{secret:?}").contains(&secret.to_text()));
        assert!(ProjectSecret::from_text("short").is_err());
    }

    #[test]
    fn what_is_sealed_for_one_place_opens_nowhere_else() {
        let keys = Keys::new(&ProjectSecret::from_bytes([7; 32]));
        let mut noise = Noise::new();
        let sealed = keys
            .project
            .seal(b"ann@example.org", b"a", &mut noise)
            .unwrap();
        assert_eq!(
            keys.project.open(&sealed, b"a").unwrap(),
            b"ann@example.org"
        );
        assert!(keys.project.open(&sealed, b"b").is_none());
        let other = Keys::new(&ProjectSecret::from_bytes([8; 32]));
        assert!(other.project.open(&sealed, b"a").is_none());
        let twice = keys
            .project
            .seal(b"ann@example.org", b"a", &mut noise)
            .unwrap();
        assert_ne!(sealed, twice);
    }

    #[test]
    fn blind_indexes_depend_on_secret_and_kind() {
        let keys = Keys::new(&ProjectSecret::from_bytes([7; 32]));
        let other = Keys::new(&ProjectSecret::from_bytes([8; 32]));
        assert_eq!(keys.blind("email", "a"), keys.blind("email", "a"));
        assert_ne!(keys.blind("email", "a"), keys.blind("login", "a"));
        assert_ne!(keys.blind("email", "a"), other.blind("email", "a"));
    }

    #[test]
    fn ids_sort_by_time() {
        let early = fresh_id(1_000_000_000_000_000).unwrap();
        let late = fresh_id(1_000_000_000_001_000).unwrap();
        assert!(early < late);
    }
}

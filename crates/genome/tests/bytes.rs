//! Bytes of genomes that must not change: who makes the computing faster must not make it another.
#![allow(clippy::unwrap_used)]

#[path = "made/crowd.rs"]
mod crowd;

use crowd::{crowd_frame, history, today};
use genome::{Consents, genome};

/// BLAKE3 of the genomes of a crowd, one after the other, from hardly any acts to very many.
#[test]
fn genomes_of_a_crowd_keep_their_bytes() {
    let frame = crowd_frame(120);
    let mut all = blake3::Hasher::new();
    let mut genes = 0;
    for customer in 0..240 {
        let lines = [0, 1, 3, 10, 50, 400][customer as usize % 6];
        let acts = history(&frame, customer, lines, 2 * lines);
        let consents = match customer % 5 {
            0 => frame.consents(["health"]),
            _ => Consents::default(),
        };
        let mut clocks = today();
        clocks.as_of += customer as i64 * 86_400;
        let found = genome(&frame, 7, &acts, clocks, consents, Vec::new()).unwrap();
        genes += found.genes.len();
        all.update(&found.bytes().unwrap());
    }
    let hash = "f92ea69284b1d5ed6af9a9a1afa51a1a57888231439225e71dee3b7b5447117f";
    assert_eq!((genes, all.finalize().to_hex().as_str()), (40_599, hash));
}

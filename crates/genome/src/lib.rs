//! Genomes: what products and customers are like, attribute by attribute, each with its strength and its evidence.
//!
//! It must not open files, the lake or the registry, nor read a clock.
#![forbid(unsafe_code)]

pub mod dna;

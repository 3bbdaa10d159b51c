//! Which pixels of a picture are the thing and which are what stands behind it. It must not name a colour.
//!
//! The border tells the background: a surface of second order over the picture for each axis of CIELAB, fitted by trimmed least
//! squares (Rousseeuw and Leroy 1987, chapter 3, in steps that keep what lies near), so that gradients are one background.
//! From the border inwards goes whatever is of that colour, and soft shadows: darker, of the same hue, and without an edge.

use super::colour::{Lab, away};

/// Terms of the surface: 1, x, y, x², y².
const TERMS: usize = 5;

/// Rounds of fitting and keeping what lies near.
const ROUNDS: usize = 6;

/// A pixel so near to the surface, in CIELAB units, is background; more where the background itself is coarser, up to the
/// second.
const NEAR: f64 = 6.0;
const NEAR_MOST: f64 = 18.0;

/// Of the border, so much must lie near the surface to be a background.
const BORDER_LEAST: f64 = 0.6;

/// A shadow is darker by so much at most, differs in hue by so much at most, and from a pixel to the next by so much.
const SHADOW_DARK: f64 = 40.0;
const SHADOW_HUE: f64 = 8.0;
const SHADOW_STEP: f64 = 2.0;

/// A thing has so much of the picture, or all of it is the thing.
const THING_LEAST: f64 = 0.01;

/// What stands behind a thing.
pub struct Background {
    surface: [[f64; TERMS]; 3],
    near: f64,
}

/// The pixels of a picture, row by row.
#[derive(Clone, Copy)]
pub struct Grid<'a> {
    pub width: usize,
    pub labs: &'a [Lab],
}

impl Grid<'_> {
    pub fn height(&self) -> usize {
        self.labs.len() / self.width
    }

    /// The places beside one, and across from it.
    pub fn around(&self, at: usize) -> impl Iterator<Item = usize> {
        around(at, self.width, self.labs.len() / self.width)
    }

    /// A place from -1 to 1 across and down.
    fn terms(&self, at: usize) -> [f64; TERMS] {
        let of = |at: usize, many: usize| 2.0 * (at as f64 + 0.5) / many as f64 - 1.0;
        let (x, y) = (
            of(at % self.width, self.width),
            of(at / self.width, self.height()),
        );
        [1.0, x, y, x * x, y * y]
    }
}

fn around(at: usize, width: usize, height: usize) -> impl Iterator<Item = usize> {
    let (row, column) = (at / width, at % width);
    let rows = row.saturating_sub(1)..(row + 2).min(height);
    rows.flat_map(move |row| {
        (column.saturating_sub(1)..(column + 2).min(width)).map(move |column| row * width + column)
    })
    .filter(move |one| *one != at)
}

/// Whether each pixel is of the thing, and the background where there is one. Pixels that are not opaque are background.
pub fn thing(grid: Grid<'_>, opaque: &[bool]) -> (Vec<bool>, Option<Background>) {
    let all = || opaque.to_vec();
    let border: Vec<usize> = border(grid).filter(|at| opaque[*at]).collect();
    let Some(background) = background(grid, &border) else {
        return (all(), None);
    };
    let behind = behind(grid, &background, &border);
    let mut thing: Vec<bool> = (0..grid.labs.len())
        .map(|at| opaque[at] && !behind[at])
        .collect();
    // Specks of a coarse background are no thing.
    let kept = eroded(&thing, grid.width, 1);
    for (at, one) in thing.iter_mut().enumerate() {
        *one &= kept[at] || grid.around(at).any(|near| kept[near]);
    }
    let count = |mask: &[bool]| mask.iter().filter(|one| **one).count() as f64;
    match count(&thing) < THING_LEAST * count(opaque) {
        true => (all(), Some(background)),
        false => (thing, Some(background)),
    }
}

fn border(grid: Grid<'_>) -> impl Iterator<Item = usize> {
    let (width, height) = (grid.width, grid.height());
    (0..grid.labs.len()).filter(move |at| {
        let (row, column) = (at / width, at % width);
        row == 0 || row + 1 == height || column == 0 || column + 1 == width
    })
}

/// The surface through most of the border; none where most of it is of no one surface.
fn background(grid: Grid<'_>, border: &[usize]) -> Option<Background> {
    let mut kept: Vec<usize> = border.to_vec();
    let mut found = None;
    for _ in 0..ROUNDS {
        let surface = fitted(grid, &kept)?;
        let own = Background {
            surface,
            near: NEAR,
        };
        let mut distances: Vec<f64> = border.iter().map(|at| own.away(grid, *at)).collect();
        distances.sort_by(f64::total_cmp);
        // What lies within three times the middle distance is kept: about 2.5 deviations of even noise.
        let middle = distances.get(distances.len() / 2)?;
        let near = (3.0 * middle).clamp(NEAR, NEAR_MOST);
        let border = border.iter().copied();
        kept = border.filter(|at| own.away(grid, *at) <= near).collect();
        found = Some(Background { surface, near });
    }
    found.filter(|_| kept.len() as f64 >= BORDER_LEAST * border.len() as f64)
}

impl Background {
    /// The background's colour at a place.
    pub fn at(&self, grid: Grid<'_>, at: usize) -> Lab {
        let terms = grid.terms(at);
        self.surface
            .map(|of| of.iter().zip(terms).map(|(of, term)| of * term).sum())
    }

    fn away(&self, grid: Grid<'_>, at: usize) -> f64 {
        away(grid.labs[at], self.at(grid, at))
    }
}

/// Least squares of the three axes over the places that are kept, by the normal equations; none where they are singular.
fn fitted(grid: Grid<'_>, kept: &[usize]) -> Option<[[f64; TERMS]; 3]> {
    let mut rows = [[0.0; TERMS + 3]; TERMS];
    for at in kept {
        let terms = grid.terms(*at);
        for (row, term) in rows.iter_mut().zip(terms) {
            for (into, other) in row.iter_mut().zip(terms.iter().chain(&grid.labs[*at])) {
                *into += term * other;
            }
        }
    }
    // A little weight on flatness keeps pictures of one row or column solvable.
    for (at, row) in rows.iter_mut().enumerate().skip(1) {
        row[at] += 1e-6 * kept.len() as f64;
    }
    for pivot in 0..TERMS {
        let lead = rows[pivot];
        if lead[pivot].abs() < 1e-9 {
            return None;
        }
        for (at, row) in rows.iter_mut().enumerate() {
            let by = row[pivot] / lead[pivot];
            if at == pivot {
                row.iter_mut().for_each(|one| *one /= lead[pivot]);
            } else {
                for (one, lead) in row.iter_mut().zip(lead) {
                    *one -= by * lead;
                }
            }
        }
    }
    Some([0, 1, 2].map(|axis| rows.map(|row| row[TERMS + axis])))
}

/// Which pixels are of the background: reached from the border over pixels of its colour and over soft shadows.
fn behind(grid: Grid<'_>, background: &Background, border: &[usize]) -> Vec<bool> {
    let soft = smoothed(grid);
    let colours: Vec<Lab> = (0..grid.labs.len())
        .map(|at| background.at(grid, at))
        .collect();
    let is_near = |at: usize| away(grid.labs[at], colours[at]) <= background.near;
    let is_shadow = |from: usize, at: usize| {
        let (own, back) = (soft[at], colours[at]);
        let hue = ((own[1] - back[1]).powi(2) + (own[2] - back[2]).powi(2)).sqrt();
        let darker = back[0] - own[0];
        (0.0..=SHADOW_DARK).contains(&darker)
            && hue <= SHADOW_HUE
            && away(soft[from], own) <= SHADOW_STEP
    };
    let mut behind = vec![false; grid.labs.len()];
    let mut open: Vec<usize> = border.iter().copied().filter(|at| is_near(*at)).collect();
    for at in &open {
        behind[*at] = true;
    }
    while let Some(at) = open.pop() {
        for next in grid.around(at) {
            if !behind[next] && (is_near(next) || is_shadow(at, next)) {
                behind[next] = true;
                open.push(next);
            }
        }
    }
    behind
}

/// Means over three by three pixels.
pub fn smoothed(grid: Grid<'_>) -> Vec<Lab> {
    (0..grid.labs.len())
        .map(|at| {
            let (mut sum, mut count) = (grid.labs[at], 1.0);
            for near in grid.around(at) {
                for (sum, one) in sum.iter_mut().zip(grid.labs[near]) {
                    *sum += one;
                }
                count += 1.0;
            }
            sum.map(|one| one / count)
        })
        .collect()
}

/// The pixels of a mask that lie more than `by` pixels within it; beyond the picture's edge counts as within.
pub fn eroded(mask: &[bool], width: usize, by: usize) -> Vec<bool> {
    let height = mask.len() / width;
    let mut kept = mask.to_vec();
    for _ in 0..by {
        let before = kept.clone();
        for (at, one) in kept.iter_mut().enumerate() {
            *one &= around(at, width, height).all(|near| before[near]);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIDE: usize = 64;

    /// A square of `own` in the middle of what `behind` gives at each row and column.
    fn told(own: Lab, behind: impl Fn(usize, usize) -> Lab) -> Vec<bool> {
        let is_in = |at: usize| at.abs_diff(SIDE / 2) < 12;
        let labs: Vec<Lab> = (0..SIDE * SIDE)
            .map(|at| match is_in(at / SIDE) && is_in(at % SIDE) {
                true => own,
                false => behind(at / SIDE, at % SIDE),
            })
            .collect();
        let grid = Grid {
            width: SIDE,
            labs: &labs,
        };
        thing(grid, &[true; SIDE * SIDE]).0
    }

    fn count(mask: &[bool]) -> usize {
        mask.iter().filter(|one| **one).count()
    }

    #[test]
    fn a_gradient_is_one_background() {
        let found = told([60.0, 40.0, 0.0], |row, _| {
            [95.0 - row as f64 / 2.0, 0.0, 0.0]
        });
        assert_eq!(count(&found), 23 * 23);
    }

    #[test]
    fn a_soft_shadow_is_background_and_a_grey_thing_is_not() {
        // Darkest below the square, fading over the rows and columns around it.
        let shadow = |row: usize, column: usize| {
            let far = (row as f64 - 46.0).hypot(column as f64 - 32.0);
            [95.0 - 25.0 * (-far * far / 400.0).exp(), 0.0, 0.0]
        };
        let found = told([60.0, 0.0, 0.0], shadow);
        assert!(found[32 * SIDE + 32]);
        assert!(count(&found).abs_diff(23 * 23) < 60, "{}", count(&found));
    }

    #[test]
    fn two_halves_are_no_background_and_all_of_them_is_the_thing() {
        let halves = |_: usize, column: usize| match column < SIDE / 2 {
            true => [30.0, 0.0, 40.0],
            false => [90.0, 0.0, -40.0],
        };
        assert_eq!(count(&told([60.0, 60.0, 0.0], halves)), SIDE * SIDE);
    }
}

//! Two texts held against each other line by line, as two versions of a recipe are. Pure. It must not know what the
//! lines mean.

/// A line of two texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line<'a> {
    /// It is in both.
    Same(&'a str),
    /// It is in the first alone.
    Gone(&'a str),
    /// It is in the second alone.
    New(&'a str),
}

/// Cells of the table of two texts beyond which their middles are told as a whole: 16 MB.
const CELLS_MAX: usize = 4_000_000;

/// The lines of two texts in one order, of which as many as can be are in both (longest common subsequence). What is
/// gone stands before what is new in its place. Line ends count as part of their line, so that two texts without a
/// changed line are equal to the byte. Where what lies between the lines that both begin and end with is too long to
/// be told line by line (4 million pairs of lines), all of it is gone and new.
pub fn line_changes<'a>(before: &'a str, after: &'a str) -> Vec<Line<'a>> {
    let (old, new): (Vec<&str>, Vec<&str>) = (
        before.split_inclusive('\n').collect(),
        after.split_inclusive('\n').collect(),
    );
    let head = same(old.iter().zip(&new));
    let (old_rest, new_rest) = (&old[head..], &new[head..]);
    let tail = same(old_rest.iter().rev().zip(new_rest.iter().rev()));
    let (old_middle, end) = old_rest.split_at(old_rest.len() - tail);
    let new_middle = &new_rest[..new_rest.len() - tail];
    let mut all = Vec::with_capacity(old.len().max(new.len()));
    all.extend(old[..head].iter().map(|line| Line::Same(line)));
    middle(&mut all, old_middle, new_middle);
    all.extend(end.iter().map(|line| Line::Same(line)));
    all
}

/// How many pairs are equal from the start.
fn same<'a>(pairs: impl Iterator<Item = (&'a &'a str, &'a &'a str)>) -> usize {
    pairs.take_while(|(old, new)| old == new).count()
}

/// What two lists of lines have in common and what not.
fn middle<'a>(all: &mut Vec<Line<'a>>, old: &[&'a str], new: &[&'a str]) {
    let (mut i, mut j) = (0, 0);
    let width = new.len() + 1;
    if (old.len() + 1).saturating_mul(width) <= CELLS_MAX {
        // common[i * width + j]: lines that old[i..] and new[j..] can have in common.
        let mut common = vec![0_u32; (old.len() + 1) * width];
        for i in (0..old.len()).rev() {
            for j in (0..new.len()).rev() {
                common[i * width + j] = match old[i] == new[j] {
                    true => common[(i + 1) * width + j + 1] + 1,
                    false => common[(i + 1) * width + j].max(common[i * width + j + 1]),
                };
            }
        }
        while i < old.len() && j < new.len() {
            if old[i] == new[j] {
                all.push(Line::Same(old[i]));
                (i, j) = (i + 1, j + 1);
            } else if common[(i + 1) * width + j] >= common[i * width + j + 1] {
                all.push(Line::Gone(old[i]));
                i += 1;
            } else {
                all.push(Line::New(new[j]));
                j += 1;
            }
        }
    }
    all.extend(old[i..].iter().map(|line| Line::Gone(line)));
    all.extend(new[j..].iter().map(|line| Line::New(line)));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text that one side of the changes makes up.
    fn side(all: &[Line<'_>], old: bool) -> String {
        let lines = all.iter().filter_map(|line| match line {
            Line::Same(text) => Some(*text),
            Line::Gone(text) => old.then_some(*text),
            Line::New(text) => (!old).then_some(*text),
        });
        lines.collect()
    }

    #[test]
    fn both_texts_can_be_made_from_their_changes() {
        let texts = [
            "",
            "a\nb\nc\n",
            "a\nx\nc\n",
            "b\nc",
            "c\nb\na\n",
            "a\r\nb\nc\n",
        ];
        for before in texts {
            for after in texts {
                let all = line_changes(before, after);
                assert_eq!(side(&all, true), before, "{before:?} {after:?}");
                assert_eq!(side(&all, false), after, "{before:?} {after:?}");
                let differs = all.iter().any(|line| !matches!(line, Line::Same(_)));
                assert_eq!(differs, before != after);
            }
        }
    }

    #[test]
    fn what_is_in_both_stays_and_gone_stands_before_new() {
        let all = line_changes("a\nb\nc\n", "a\nx\nc\n");
        let told = [
            Line::Same("a\n"),
            Line::Gone("b\n"),
            Line::New("x\n"),
            Line::Same("c\n"),
        ];
        assert_eq!(all, told);
    }

    #[test]
    fn long_texts_are_told_without_a_table_of_all_pairs() {
        let text = |change: &dyn Fn(usize) -> bool| -> String {
            let each = (0..100_000).map(|line| match change(line) {
                true => format!("new {line}\n"),
                false => format!("{line}\n"),
            });
            each.collect()
        };
        let (before, one) = (text(&|_| false), text(&|line| line == 50_000));
        let told = |after: &str| {
            let all = line_changes(&before, after);
            assert_eq!(side(&all, true), before);
            assert_eq!(side(&all, false), after);
            let differ = all.iter().filter(|line| !matches!(line, Line::Same(_)));
            differ.count()
        };
        assert_eq!(told(&before), 0);
        assert_eq!(told(&one), 2);
        // Every second line between the first and the last: too many pairs, so all of them are gone and new.
        let many = text(&|line| line % 2 == 1 && line < 99_999);
        assert_eq!(told(&many), 2 * 99_997);
        assert_eq!(told(""), 100_000);
    }
}

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

/// The lines of two texts in one order, of which as many as can be are in both (longest common subsequence). What is
/// gone stands before what is new in its place. Line ends count as part of their line, so that two texts without a
/// changed line are equal to the byte.
pub fn line_changes<'a>(before: &'a str, after: &'a str) -> Vec<Line<'a>> {
    let (old, new): (Vec<&str>, Vec<&str>) = (
        before.split_inclusive('\n').collect(),
        after.split_inclusive('\n').collect(),
    );
    // common[i][j]: lines that old[i..] and new[j..] can have in common.
    let mut common = vec![vec![0_u32; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i][j] = match old[i] == new[j] {
                true => common[i + 1][j + 1] + 1,
                false => common[i + 1][j].max(common[i][j + 1]),
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut all = Vec::with_capacity(old.len().max(new.len()));
    while i < old.len() && j < new.len() {
        if old[i] == new[j] {
            all.push(Line::Same(old[i]));
            (i, j) = (i + 1, j + 1);
        } else if common[i + 1][j] >= common[i][j + 1] {
            all.push(Line::Gone(old[i]));
            i += 1;
        } else {
            all.push(Line::New(new[j]));
            j += 1;
        }
    }
    all.extend(old[i..].iter().map(|line| Line::Gone(line)));
    all.extend(new[j..].iter().map(|line| Line::New(line)));
    all
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
}

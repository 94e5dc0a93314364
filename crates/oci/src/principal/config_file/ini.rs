//! The grammar of the configuration file: that of Python's `configparser` without interpolation, since Oracle's tools read
//! it so. What the entries mean is said in [`super`].

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;

/// The section whose entries every other one inherits.
const DEFAULT: &str = "DEFAULT";

/// A file that was read.
#[derive(Debug, Default)]
pub(super) struct Ini {
    defaults: Section,
    sections: BTreeMap<String, Section>,
}

type Section = BTreeMap<String, Entry>;

/// A value and the line that it begins on. It may be a pass phrase, so `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) value: String,
    pub(super) line: usize,
}

/// What is wrong, and on which line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BadIni {
    pub(super) line: usize,
    pub(super) what: String,
}

impl Ini {
    pub(super) fn parse(text: &str) -> Result<Self, BadIni> {
        let mut ini = Self::default();
        // Section and option that a line may belong to, and the indentation beyond which it continues the option.
        let mut section: Option<String> = None;
        let mut option: Option<String> = None;
        let mut indent = 0;
        for (line, text) in lines(text).enumerate().map(|(index, text)| (index + 1, text)) {
            let value = text.trim();
            if value.starts_with(['#', ';']) {
                continue;
            }
            let current = section.as_deref().zip(option.as_deref());
            let deeper = text.chars().take_while(|c| c.is_whitespace()).count() > indent;
            if let Some((section, option)) = current.filter(|_| value.is_empty() || deeper) {
                ini.continue_value(section, option, value);
                continue;
            }
            if value.is_empty() {
                continue;
            }
            indent = text.chars().take_while(|c| c.is_whitespace()).count();
            if let Some(name) = header(value) {
                ini.open(name, line)?;
                section = Some(name.to_owned());
                option = None;
                continue;
            }
            let Some(section) = &section else {
                return Err(BadIni { line, what: "stands before the first [PROFILE]".to_owned() });
            };
            let delimited = value.split_once(['=', ':']).map(|(name, value)| (name.trim(), value.trim()));
            let Some((name, value)) = delimited.filter(|(name, _)| !name.is_empty()) else {
                return Err(BadIni { line, what: "is neither [PROFILE] nor name=value".to_owned() });
            };
            let name = name.to_lowercase();
            ini.put(section, &name, Entry { value: value.to_owned(), line })?;
            option = Some(name);
        }
        ini.each_value(|entry| entry.value.truncate(entry.value.trim_end().len()));
        Ok(ini)
    }

    fn section_mut(&mut self, name: &str) -> &mut Section {
        if name == DEFAULT { &mut self.defaults } else { self.sections.entry(name.to_owned()).or_default() }
    }

    fn open(&mut self, name: &str, line: usize) -> Result<(), BadIni> {
        if self.sections.contains_key(name) {
            return Err(BadIni { line, what: format!("begins profile {name} for the second time") });
        }
        self.section_mut(name);
        Ok(())
    }

    fn put(&mut self, section: &str, name: &str, entry: Entry) -> Result<(), BadIni> {
        match self.section_mut(section).entry(name.to_owned()) {
            Slot::Occupied(first) => {
                let what =
                    format!("gives {name} again, which line {} gives for the same profile", first.get().line);
                Err(BadIni { line: entry.line, what })
            }
            Slot::Vacant(slot) => {
                slot.insert(entry);
                Ok(())
            }
        }
    }

    fn continue_value(&mut self, section: &str, name: &str, more: &str) {
        if let Some(entry) = self.section_mut(section).get_mut(name) {
            entry.value.push('\n');
            entry.value.push_str(more);
        }
    }

    fn each_value(&mut self, change: impl Fn(&mut Entry)) {
        self.sections
            .values_mut()
            .chain([&mut self.defaults])
            .flat_map(BTreeMap::values_mut)
            .for_each(change);
    }

    /// The entries of a profile, inherited ones among them; `None` when there is no such profile.
    pub(super) fn profile(&self, name: &str) -> Option<Section> {
        let mut entries = self.defaults.clone();
        if name != DEFAULT {
            entries.extend(self.sections.get(name)?.clone());
        }
        Some(entries)
    }

    /// The profiles, `DEFAULT` among them.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(DEFAULT).chain(self.sections.keys().map(String::as_str))
    }
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Entry(line {})", self.line)
    }
}

/// The name between `[` and the last `]`; what follows is not looked at.
fn header(line: &str) -> Option<&str> {
    let (name, _) = line.strip_prefix('[')?.rsplit_once(']')?;
    Some(name).filter(|name| !name.is_empty())
}

/// Lines end with `\n`, `\r\n` or `\r`. A byte order mark is not part of the first.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn profiles_inherit_from_default() {
        let ini = Ini::parse("[DEFAULT]\nUser = a\npass_phrase: p=q\n# c\n[two]\nuser=b\n").unwrap();
        let two = ini.profile("two").unwrap();
        assert_eq!(two.get("user"), Some(&Entry { value: "b".to_owned(), line: 6 }));
        assert_eq!(two.get("pass_phrase"), Some(&Entry { value: "p=q".to_owned(), line: 3 }));
        assert_eq!(ini.names().collect::<Vec<_>>(), ["DEFAULT", "two"]);
        assert!(ini.profile("three").is_none());
    }

    #[test]
    fn faults_have_their_line() {
        let fault = |text| Ini::parse(text).unwrap_err();
        assert_eq!(fault("user=a").line, 1);
        assert_eq!(fault("[a]\n\nuser").line, 3);
        assert_eq!(fault("[a]\nx=1\n[a]").what, "begins profile a for the second time");
        assert_eq!(fault("[a]\nx=1\nX=2").what, "gives x again, which line 2 gives for the same profile");
    }

    /// Python's own reader and this one on four thousand texts made of what configuration files are made of.
    #[test]
    fn texts_are_read_as_python_reads_them() {
        const PIECES: [&str; 22] = [
            "[a]",
            "[DEFAULT]",
            "[b]",
            "[",
            "]",
            "user",
            "Key",
            "=",
            ":",
            " ",
            "  ",
            "\t",
            "\n",
            "\n",
            "\n ",
            "\r\n",
            "\r",
            "#",
            ";",
            "x",
            "ü",
            "\n[a]\nk=v\n",
        ];
        let mut random = 1_u64;
        let mut piece = || {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            PIECES[usize::try_from(random >> 33).unwrap() % PIECES.len()]
        };
        let texts: Vec<String> = (0..4000)
            .map(|n| {
                let start = if n % 2 == 0 { "[a]\n" } else { "" };
                std::iter::once(start).chain((0..n % 30).map(|_| piece())).collect()
            })
            .collect();
        let Some(theirs) = read_by_python(&texts) else { return };
        let ours: Vec<_> = texts.iter().map(|text| Ini::parse(text).ok().map(|ini| all(&ini))).collect();
        let accepted = theirs.iter().flatten().count();
        assert!((500..3500).contains(&accepted), "{accepted} of 4000 are accepted: the texts say nothing");
        for ((text, theirs), ours) in texts.iter().zip(&theirs).zip(&ours) {
            assert_eq!(ours, theirs, "{text:?}");
        }
    }

    type Profiles = BTreeMap<String, BTreeMap<String, String>>;

    fn all(ini: &Ini) -> Profiles {
        let values = |name| {
            let entries = ini.profile(name).unwrap();
            entries.into_iter().map(|(name, entry)| (name, entry.value)).collect()
        };
        ini.names().map(|name| (name.to_owned(), values(name))).collect()
    }

    fn read_by_python(texts: &[String]) -> Option<Vec<Option<Profiles>>> {
        let dir = tempfile::tempdir().unwrap();
        let input = dir.path().join("texts.json");
        std::fs::write(&input, serde_json::to_string(texts).unwrap()).unwrap();
        let python = std::env::var_os("ADIT_OCI_PYTHON").unwrap_or_else(|| "python3".into());
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/configs.py");
        let run = std::process::Command::new(python)
            .arg(script)
            .stdin(std::fs::File::open(&input).unwrap())
            .output();
        match run {
            Ok(output) => {
                assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
                Some(serde_json::from_slice(&output.stdout).unwrap())
            }
            Err(error) => {
                assert!(
                    std::env::var_os("ADIT_REQUIRE_TOOLS").is_none_or(|value| value != "1"),
                    "python3: {error}"
                );
                let line = "SKIPPED: python3 is not installed; set ADIT_OCI_PYTHON\n";
                std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes()).unwrap();
                None
            }
        }
    }

    proptest! {
        #[test]
        fn arbitrary_text_does_not_panic(text in "[\\[\\]=:#; \t\r\nab]{0,80}", other in ".{0,200}") {
            drop((Ini::parse(&text), Ini::parse(&other)));
        }
    }
}

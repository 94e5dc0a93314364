//! The two templates, and how their holes are filled.
//!
//! A hole is a name between `⟦` and `⟧`: within a line a word of the blueprint, alone on a line a piece that has its indentation with it.
//! Steps that both workflows share are such pieces, in `github/steps`.

use std::borrow::Cow;

use super::needs::Needs;
use super::{Login, Plain, Settings};

pub(super) const PROVISION: &str = include_str!("github/provision-function.yml");
pub(super) const UPDATE: &str = include_str!("github/update-application.yml");

/// What a template is filled with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Filling<'a> {
    pub(super) needs: &'a Needs,
    pub(super) settings: &'a Settings,
}

impl<'a> Filling<'a> {
    pub(super) fn fill(self, template: &str) -> String {
        template.lines().map(|line| self.line(line)).collect()
    }

    fn line(self, line: &str) -> String {
        let alone = line.trim().strip_prefix('⟦').and_then(|rest| rest.strip_suffix('⟧'));
        if let Some(piece) = alone.and_then(|hole| self.piece(hole)) {
            return self.fill(&piece);
        }
        let mut pieces = line.split('⟦');
        let mut text = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let (hole, rest) = piece.split_once('⟧').unwrap_or((piece, ""));
            text.push_str(&self.word(hole));
            text.push_str(rest);
        }
        text.push('\n');
        text
    }

    fn piece(self, hole: &str) -> Option<Cow<'static, str>> {
        let by_login = |api_key, oidc| match self.settings.login {
            Login::ApiKey => api_key,
            Login::Oidc => oidc,
        };
        Some(Cow::Borrowed(match hole {
            "options" => {
                let options = self.needs.functions.iter().map(|name| format!("          - '{name}'\n"));
                return Some(options.collect::<String>().into());
            }
            "paths" => include_str!("github/paths.yml"),
            "permissions" => by_login(
                include_str!("github/permissions-api-key.yml"),
                include_str!("github/permissions-oidc.yml"),
            ),
            "env" => by_login("", include_str!("github/env-oidc.yml")),
            "steps.build" => include_str!("github/steps/build.yml"),
            "steps.tools" => include_str!("github/steps/tools.yml"),
            "steps.login" => by_login(
                include_str!("github/steps/login-api-key.yml"),
                include_str!("github/steps/login-oidc.yml"),
            ),
            "steps.plan" => include_str!("github/steps/plan.yml"),
            "steps.verdict" => include_str!("github/steps/verdict.yml"),
            "steps.apply" => include_str!("github/steps/apply.yml"),
            "steps.logout" => include_str!("github/steps/logout.yml"),
            _ => return None,
        }))
    }

    fn word(self, hole: &str) -> Cow<'a, str> {
        match hole {
            "file" => self.settings.file.as_str().into(),
            "branch" => self.settings.branch.as_str().into(),
            "region" => self.needs.region.as_str().into(),
            "functions" => {
                self.needs.functions.iter().map(Plain::as_str).collect::<Vec<_>>().join(" ").into()
            }
            // A test holds that there is no such hole.
            _ => format!("⟦{hole}⟧").into(),
        }
    }
}

//! The views of the page, and the forms in which each can be taken away.

use super::tool::Tool;
use crate::output::{Format, path_of};

/// A view: what stands before the extension in the path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum View {
    /// `/`
    Home,
    /// `/search`
    Search,
    /// `/facets`
    Facets,
    /// `/series`, or `/series/NAME`
    Series(Option<String>),
    /// `/doc/ID`
    Document(String),
    /// `/kwic` and the other research tools
    Tool(Tool),
    /// `/help`
    Help,
}

impl View {
    /// Returns the path of a form of the view.
    pub fn path(&self, extension: Extension) -> String {
        let extension = extension.suffix();
        match self {
            Self::Home if extension.is_empty() => "/".to_owned(),
            // The form of the start page is that of the facets of everything.
            Self::Home | Self::Facets => format!("/facets{extension}"),
            Self::Search => format!("/search{extension}"),
            Self::Series(None) => format!("/series{extension}"),
            Self::Series(Some(name)) => format!("/series/{}{extension}", path_of(name)),
            Self::Document(id) => format!("/doc/{}{extension}", path_of(id)),
            Self::Tool(tool) => format!("/{}{extension}", tool.name()),
            Self::Help => "/help".to_owned(),
        }
    }

    /// Returns the name of the route, for logs and metrics: it holds no id and no query.
    pub fn route(&self) -> &'static str {
        match self {
            Self::Home => "/",
            Self::Search => "/search",
            Self::Facets => "/facets",
            Self::Series(_) => "/series",
            Self::Document(_) => "/doc",
            Self::Tool(tool) => tool.route(),
            Self::Help => "/help",
        }
    }
}

/// The form of a view: the end of its path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Extension {
    /// A page for people: no extension.
    #[default]
    Html,
    /// `.json`
    Json,
    /// `.jsonl`
    Jsonl,
    /// `.csv`
    Csv,
    /// `.tsv`
    Tsv,
    /// `.xlsx`
    Xlsx,
    /// `.md`
    Markdown,
    /// `.bib`
    Bibtex,
    /// `.ris`
    Ris,
    /// `.csl.json`
    CslJson,
    /// `.svg`: a picture, of the tools that have one
    Svg,
}

impl Extension {
    /// All forms of hits but the page. `.csl.json` stands before `.json`, which it ends with.
    pub const FILES: [Self; 9] = [
        Self::CslJson,
        Self::Json,
        Self::Jsonl,
        Self::Csv,
        Self::Tsv,
        Self::Xlsx,
        Self::Markdown,
        Self::Bibtex,
        Self::Ris,
    ];

    /// True for forms that tell when they were made, or when the file of a document was read.
    pub fn tells_time(self) -> bool {
        matches!(self, Self::Xlsx | Self::Markdown | Self::Bibtex | Self::Ris | Self::CslJson)
    }

    /// Returns the end of the path, with its dot.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Html => "",
            Self::Json => ".json",
            Self::Jsonl => ".jsonl",
            Self::Csv => ".csv",
            Self::Tsv => ".tsv",
            Self::Xlsx => ".xlsx",
            Self::Markdown => ".md",
            Self::Bibtex => ".bib",
            Self::Ris => ".ris",
            Self::CslJson => ".csl.json",
            Self::Svg => ".svg",
        }
    }

    /// Splits a path into its name and its form.
    pub fn split(path: &str) -> (&str, Self) {
        for extension in Self::FILES {
            if let Some(name) = path.strip_suffix(extension.suffix()) {
                return (name, extension);
            }
        }
        (path, Self::Html)
    }

    /// Returns the format of the command that this form holds; `None` for the page.
    pub fn output(self) -> Option<Format> {
        Some(match self {
            Self::Html | Self::Svg => return None,
            Self::Json => Format::Json,
            Self::Jsonl => Format::Jsonl,
            Self::Csv => Format::Csv,
            Self::Tsv => Format::Tsv,
            Self::Xlsx => Format::Xlsx,
            Self::Markdown => Format::Markdown,
            Self::Bibtex => Format::Bibtex,
            Self::Ris => Format::Ris,
            Self::CslJson => Format::CslJson,
        })
    }

    /// Returns the media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Svg => "image/svg+xml",
            _ => self.output().map_or("text/html; charset=utf-8", Format::media_type),
        }
    }

    /// Returns the value of `--format` that gives this form; `None` for the page, whose command prints text.
    pub fn format(self) -> Option<&'static str> {
        match self {
            Self::Html => None,
            Self::Json => Some("json"),
            Self::Jsonl => Some("jsonl"),
            Self::Csv => Some("csv"),
            Self::Tsv => Some("tsv"),
            Self::Xlsx => Some("xlsx"),
            Self::Markdown => Some("markdown"),
            Self::Bibtex => Some("bib"),
            Self::Ris => Some("ris"),
            Self::CslJson => Some("csl-json"),
            Self::Svg => Some("svg"),
        }
    }

    /// True for a form of which a request without a number of hits means all of them: a list to take away.
    pub fn is_whole(self) -> bool {
        !matches!(self, Self::Html | Self::Json)
    }

    /// Chooses the form by an `Accept` header; the page where nothing else is preferred.
    pub fn accepted(accept: &str) -> Self {
        let mut best = (0.0_f32, Self::Html);
        for part in accept.split(',') {
            let mut fields = part.split(';').map(str::trim);
            let wanted = fields.next().unwrap_or_default().to_ascii_lowercase();
            let quality = fields.find_map(|field| field.strip_prefix("q=")?.trim().parse().ok()).unwrap_or(1.0_f32);
            let extension = match wanted.as_str() {
                "text/html" | "application/xhtml+xml" => Some(Self::Html),
                _ => Self::FILES.into_iter().find(|form| form.media_type().split(';').next() == Some(wanted.as_str())),
            };
            if let Some(extension) = extension.filter(|_| quality > best.0 && quality <= 1.0) {
                best = (quality, extension);
            }
        }
        best.1
    }
}

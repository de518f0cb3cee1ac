//! Filters and units that several commands share.

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, ValueEnum};

use crate::document::{Role, Strength};
use crate::output::ANY_ROLE;
use crate::query::{DateUnit, Filters};

/// Filters that may stand without a query: the names of their arguments.
pub(super) const FILTERS: [&str; 9] =
    ["partner", "exclude_partner", "theme", "commitment", "series", "date", "path", "publisher", "file_type"];

/// Filters shared by `search` and `facets`.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct FilterArgs {
    /// Only passages with this partner, by any of its names (米国, US, アメリカ); several are alternatives
    #[arg(long, value_name = "NAME")]
    partner: Vec<String>,
    /// No passages with this partner
    #[arg(long, value_name = "NAME")]
    exclude_partner: Vec<String>,
    /// Roles in which a partner counts, in the query and in the facet too; any: all of them. With several roles, hits
    /// stand in this order [default: party]
    #[arg(long, value_name = "ROLE", value_parser = ["party", "venue", "member", "mention", ANY_ROLE])]
    role: Vec<String>,
    /// Only passages on this theme, by path or last name; several are alternatives
    #[arg(long, value_name = "NAME")]
    theme: Vec<String>,
    /// Only passages whose strongest commitment is this; several are alternatives
    #[arg(long, value_name = "LABEL", value_parser = Strength::ALL.map(Strength::name))]
    commitment: Vec<String>,
    /// Only passages that name a meeting of this series, or of documents about one, in any spelling of
    /// its name (日EU・ICT政策対話); several are alternatives
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    series: Vec<String>,
    /// Only documents published or reporting an event in these days: 2011, 2011-06, 2011/6/9, H23,
    /// 平成23年, 令和3年度, 2007..2012, 平成19年～24年, ..2010, 2015年以前, 2011年6月以降; unknown: only
    /// documents without a date
    #[arg(long, value_name = "RANGE", allow_hyphen_values = true)]
    date: Option<String>,
    /// Only documents in files of this path or pattern, as shown, below its root or whole: corpus/2017,
    /// *.pdf; `*` also stands for `/`; several are alternatives
    #[arg(long, value_name = "GLOB", value_parser = NonEmptyStringValueParser::new())]
    path: Vec<String>,
    /// Only documents of this publisher, by its name or a part of it, as references name it; several are alternatives
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    publisher: Vec<String>,
    /// Only documents in files of this type: text, markdown, html, pdf, word, powerpoint, spreadsheet,
    /// table, epub, mail, jsonl, warc, or an ending such as docx; several are alternatives
    #[arg(long = "type", value_name = "TYPE", value_parser = NonEmptyStringValueParser::new())]
    file_type: Vec<String>,
}

/// Unit of the facet of dates.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum ByArg {
    /// Calendar year
    #[default]
    Year,
    /// Month, below its year
    Month,
    /// 年度: from April to March
    FiscalYear,
}

impl ByArg {
    pub fn unit(self) -> DateUnit {
        match self {
            Self::Year => DateUnit::Year,
            Self::Month => DateUnit::Month,
            Self::FiscalYear => DateUnit::FiscalYear,
        }
    }
}

impl FilterArgs {
    pub fn filters(&self) -> Filters {
        let is_asked = |role: &Role| self.role.iter().any(|name| name == ANY_ROLE || name == role.name());
        Filters {
            partners: self.partner.clone(),
            exclude_partners: self.exclude_partner.clone(),
            roles: Role::ALL.into_iter().filter(is_asked).collect(),
            themes: self.theme.clone(),
            commitments: self.commitment.clone(),
            series: self.series.clone(),
            date: self.date.clone(),
            paths: self.path.clone(),
            publishers: self.publisher.clone(),
            types: self.file_type.clone(),
        }
    }
}

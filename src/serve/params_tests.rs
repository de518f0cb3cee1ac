//! Tests of [`Params`]: round trips, errors that name a parameter, links.

use super::super::view::View;
use super::*;

fn parse(query: &str) -> Params {
    Params::parse(query).unwrap_or_else(|error| panic!("{query}: {error}"))
}

#[test]
fn a_url_becomes_its_canonical_form_which_stays_as_it_is() {
    let after = Cursor::new(20, "g1 7", parse("q=a").digest()).to_string();
    for query in [
        "".to_owned(),
        "q=%E6%83%85%E5%A0%B1+%E5%85%B1%E6%9C%89&partner=EU&partner=%E7%B1%B3%E5%9B%BD&role=any&n=0".to_owned(),
        "q=a&exclude-partner=b&role=party&role=mention&theme=c%2Fd&commitment=agreed&series=e&date=2007..2012&\
         path=*.pdf&publisher=f&type=pdf&n=20&offset=5&all=1&sort=-date&group=document&facets=1&by=month&\
         explain=1&no-variants=1&strict=1&no-relax=1&duplicates=1&lang=en"
            .to_owned(),
        format!("q=a&after={after}"),
    ] {
        let query = query.replace(' ', "");
        let params = parse(&query);
        let canonical = params.to_query();
        assert_eq!(parse(&canonical), params, "{query}");
        assert_eq!(parse(&canonical).to_query(), canonical);
    }
    let all = "q=a&exclude-partner=b&role=party&lang=en";
    assert_eq!(parse(all).to_query(), all);
    assert_eq!(
        parse("lang=en&role=mention&&role=party&facets&partner=&q=%2B&strict=0").to_query(),
        "q=%2B&role=party&role=mention&facets=1&lang=en"
    );
    assert_eq!(parse("limit=5").to_query(), "n=5");
}

#[test]
fn an_error_names_the_parameter_and_the_reason() {
    for (query, name, part) in [
        ("foo=1", "foo", "parameters are q, partner"),
        ("n=-1", "n", "whole number"),
        ("n=+5", "n", "whole number"),
        ("n=99999999999999999999", "n", "whole number"),
        ("n=5000", "n", "at most 1000"),
        ("offset=1.5", "offset", "whole number"),
        ("q=%ff", "q", "UTF-8"),
        ("q=a%00", "q", "NUL"),
        ("q=a&q=b", "q", "twice"),
        ("date=2001&date=2002", "date", "twice"),
        ("sort=up", "sort", "relevance, date, -date"),
        ("group=x", "group", "document"),
        ("by=day", "by", "fiscal-year"),
        ("lang=fr", "lang", "ja, en"),
        ("role=boss", "role", "party"),
        ("commitment=maybe", "commitment", "agreed"),
        ("facets=2", "facets", "1, 0"),
        ("after=xyz", "after", "no cursor"),
        ("%e6%83%85=1", "情", "parameters are"),
    ] {
        let error = Params::parse(query).unwrap_err();
        assert!(error.name == name && error.reason.contains(part), "{query}: {error}");
    }
    let after = Cursor::new(20, "g1 7", Params::default().digest());
    assert_eq!(Params::parse(&format!("offset=3&after={after}")).unwrap_err().name, "after");
}

#[test]
fn links_change_one_value_and_go_to_the_first_page() {
    let params = parse("q=a&partner=EU&partner=%E7%B1%B3%E5%9B%BD&offset=30&date=2011");
    assert_eq!(params.without(Filter::Partner, "EU").to_query(), "q=a&partner=%E7%B1%B3%E5%9B%BD&date=2011");
    assert_eq!(params.with(Filter::Date, "2012").values(Filter::Date), ["2012"]);
    let twice = params.toggled(Filter::Theme, "a/b").toggled(Filter::Theme, "a/b");
    assert_eq!(twice, params.first_page());
    assert_eq!(
        params.with(Filter::Role, "any").without(Filter::Role, "any").values(Filter::Role),
        Vec::<String>::new()
    );
    assert_eq!(params.filter_count(), 3);
    let next = parse("q=a").page_at(10, "c1");
    assert_eq!(
        (next.start(), next.after.as_ref().map(|after| after.digest() == parse("q=a&n=50").digest())),
        (10, Some(true))
    );
    assert_ne!(next.after.as_ref().unwrap().digest(), parse("q=b").digest(), "a cursor of another query");
    assert_eq!(next.with(Filter::Partner, "EU").after, None);
}

#[test]
fn a_command_line_has_the_options_of_its_command_alone() {
    let all = parse("q=-a&partner=EU&n=3&offset=7&sort=-date&group=document&by=month&no-relax=1&lang=en");
    assert_eq!(
        all.command(&View::Search, Extension::Json),
        "fumikura search --partner EU -n 3 --sort -date --group document --no-relax --offset 7 --json -- -a"
    );
    assert_eq!(all.command(&View::Facets, Extension::Json), "fumikura facets --partner EU --by month --json -- -a");
    assert_eq!(
        parse("q=a+b").command(&View::Search, Extension::Csv),
        "fumikura search --all --format csv --bom always -- 'a b'"
    );
    let document = View::Document("it's.txt".to_owned());
    assert_eq!(all.command(&document, Extension::Json), "fumikura show --json -- 'it'\\''s.txt'");
}

#[test]
fn a_path_splits_into_name_and_form() {
    assert_eq!(Extension::split("/search.csl.json"), ("/search", Extension::CslJson));
    assert_eq!(Extension::split("/search.json"), ("/search", Extension::Json));
    assert_eq!(Extension::split("/doc/a.txt"), ("/doc/a.txt", Extension::Html));
    assert_eq!(View::Document("あ #1?.txt".to_owned()).path(Extension::Json), "/doc/%E3%81%82%20%231%3F.txt.json");
    assert_eq!(Extension::accepted("text/html,application/xhtml+xml,*/*;q=0.8"), Extension::Html);
    assert_eq!(Extension::accepted("application/json"), Extension::Json);
    assert_eq!(Extension::accepted("text/html;q=0.5, text/csv;q=0.9"), Extension::Csv);
    assert_eq!(Extension::accepted("*/*"), Extension::Html);
}

#[test]
fn two_fields_of_a_form_become_one_period() {
    assert_eq!(parse("from=2007&to=2012").to_query(), "date=2007..2012");
    assert_eq!(parse("from=2007&to=").filters.date.as_deref(), Some("2007.."));
    assert_eq!(parse("from=&to=2012").filters.date.as_deref(), Some("..2012"));
    assert_eq!(parse("from=2007&to=2007").filters.date.as_deref(), Some("2007"));
    assert_eq!(parse("from=&to=").filters.date, None);
    assert!(Params::parse("date=2001&from=2002").is_err());
}

#[test]
fn the_state_of_the_page_alone_is_no_option_of_the_command() {
    let params = parse("q=a&open=partner&open=theme&open=partner&hit=3&passage=0f&keys=0");
    assert_eq!(params.to_query(), "q=a&open=partner&open=theme&hit=3&passage=0f&keys=0");
    assert_eq!(params.command(&View::Search, Extension::Json), "fumikura search --json -- a");
    assert_eq!(params.opened("partner", false).to_query(), "q=a&open=theme&hit=3&passage=0f&keys=0");
    assert_eq!(params.with(Filter::Theme, "b").hit, 0, "another list has other matches");
    let after = parse("q=a&open=theme").page_at(10, "g1 1").after.unwrap();
    assert_eq!(after.digest(), parse("q=a").digest(), "an open facet is the same list");
}

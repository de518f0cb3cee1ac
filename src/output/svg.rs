//! Charts as SVG files: bars, dots and heat tables.
//!
//! A file stands alone: no script, no outside reference, fonts of the system. Each mark has a `<title>`; colours are
//! classes of its own style with attributes beside them, for readers that know no style.

use super::discovery::escaped;

const STYLE: &str = "text{font:12px system-ui,'Noto Sans CJK JP','Hiragino Sans','Yu Gothic',sans-serif;fill:#222}\
.h{font-weight:600}.m{fill:#666}.n{font-size:10px}.e{text-anchor:end}.c{text-anchor:middle}\
.k{fill:#2b5f9e}.u{fill:#999}.i{fill:url(#inferred)}.a{stroke:#888}.p{fill:#b5541c}\
.bg{fill:#fff}";

/// Width of a half-width character at the size of labels.
const LETTER: usize = 7;

/// A bar of a chart.
pub(super) struct Bar {
    pub label: String,
    /// Text of its `<title>`.
    pub told: String,
    /// Number above the bar.
    pub number: String,
    pub value: f64,
    /// Part of the value whose date is inferred, from 0 to 1.
    pub inferred: f64,
    /// True for the bar of undated passages, which stands apart.
    pub apart: bool,
}

/// A row of dots: position of each from 0 to 1, with the text of its `<title>`.
pub(super) struct Dots {
    pub label: String,
    pub number: String,
    pub at: Vec<(f64, String)>,
}

/// A cell of a heat table.
pub(super) struct Heat {
    pub text: String,
    pub told: String,
    /// Residual, which colours the cell.
    pub residual: Option<f64>,
}

fn start(width: usize, height: usize, title: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\">\n<title>{}</title>\n<style>{STYLE}</style>\n\
         <defs><pattern id=\"inferred\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" \
         patternTransform=\"rotate(45)\"><rect width=\"5\" height=\"5\" fill=\"#dde7f3\"/>\
         <path d=\"M0 0V5\" stroke=\"#2b5f9e\" stroke-width=\"3\"/></pattern></defs>\n\
         <rect class=\"bg\" width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n",
        escaped(title)
    )
}

fn text(class: &str, x: f64, y: f64, content: &str) -> String {
    let anchor = match class {
        c if c.contains('e') => " text-anchor=\"end\"",
        c if c.contains('c') => " text-anchor=\"middle\"",
        _ => "",
    };
    let size = if class.contains('n') { 10 } else { 12 };
    format!(
        "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size}\"{anchor}>{}</text>\n",
        escaped(content)
    )
}

/// Cuts a label to a number of half-width columns.
fn fitting(label: &str, columns: usize) -> String {
    if crate::script::width_columns(label) <= columns {
        return label.to_owned();
    }
    let mut used = 2;
    let kept = label.chars().take_while(|c| {
        used += crate::script::columns(*c);
        used <= columns
    });
    format!("{}…", kept.collect::<String>())
}

/// Height of one chart of bars.
const CHART: f64 = 150.0;
/// Height of the highest bar.
const HIGHEST: f64 = 76.0;

/// Draws charts of bars below each other, each with its own scale, over the same axis.
pub(super) fn bars(title: &str, unit: &str, charts: &[(String, Vec<Bar>)]) -> String {
    let most = charts.iter().map(|(_, bars)| bars.len()).max().unwrap_or(0).max(1);
    let slot = (900 / most).clamp(16, 48) as f64;
    let gap = 24.0;
    let width = (20.0 + slot * most as f64 + gap + 40.0).max(480.0);
    let has_inferred = charts.iter().flat_map(|(_, bars)| bars).any(|bar| bar.inferred > 0.0);
    let height = 44.0 + CHART * charts.len() as f64;
    let mut out = start(width as usize, height as usize, title);
    out += &text("h", 10.0, 20.0, title);
    out += &text("m", 10.0, 36.0, unit);
    if has_inferred {
        let x = width - 130.0;
        out += &format!("<rect class=\"i\" x=\"{x}\" y=\"10\" width=\"14\" height=\"12\" fill=\"#8ba9cc\"/>\n");
        out += &text("m", x + 20.0, 20.0, "推定の日付 inferred");
    }
    for (at, (name, bars)) in charts.iter().enumerate() {
        let top = 44.0 + CHART * at as f64;
        out += &chart(name, bars, top, slot, gap);
    }
    out + "</svg>\n"
}

fn chart(name: &str, bars: &[Bar], top: f64, slot: f64, gap: f64) -> String {
    let foot = top + 24.0 + HIGHEST;
    let highest = bars.iter().map(|bar| bar.value).fold(0.0, f64::max);
    let widest = bars.iter().map(|bar| crate::script::width_columns(&bar.label) * LETTER).max().unwrap_or(0);
    let step = (widest as f64 / slot).ceil().max(1.0) as usize;
    let mut out = text("h", 10.0, top + 12.0, name);
    let dated = bars.iter().filter(|bar| !bar.apart).count();
    for (at, bar) in bars.iter().enumerate() {
        let x = 12.0 + slot * at as f64 + if bar.apart { gap } else { 0.0 };
        let middle = x + slot / 2.0;
        let height = |value: f64| if highest > 0.0 { HIGHEST * value / highest } else { 0.0 };
        let all = height(bar.value);
        let hatched = all * bar.inferred;
        out += "<g>\n";
        out += &format!("<title>{}</title>\n", escaped(&bar.told));
        let (class, colour) = if bar.apart { ("u", "#999") } else { ("k", "#2b5f9e") };
        for (class, colour, y, height) in
            [(class, colour, foot - all + hatched, all - hatched), ("i", "#8ba9cc", foot - all, hatched)]
        {
            if height > 0.0 {
                out += &format!(
                    "<rect class=\"{class}\" x=\"{:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{height:.1}\" \
                     fill=\"{colour}\"/>\n",
                    x + slot * 0.15,
                    slot * 0.7
                );
            }
        }
        if bar.value > 0.0 && (bar.number.len() * 6 <= slot as usize || bar.value == highest || bar.apart) {
            out += &text("n c", middle, foot - all - 3.0, &bar.number);
        }
        if bar.apart || at % step == 0 {
            out += &text("n c", middle, foot + 13.0, &bar.label);
        }
        out += "</g>\n";
    }
    let end = 12.0 + slot * dated.max(1) as f64;
    out + &format!("<path class=\"a\" d=\"M10 {foot:.1}H{end:.1}\" stroke=\"#888\"/>\n")
}

/// Draws one row of ticks a document, from its start on the left to its end on the right.
pub(super) fn dots(title: &str, note: &str, rows: &[Dots]) -> String {
    const LABEL: f64 = 300.0;
    const LINE: f64 = 560.0;
    const STEP: f64 = 20.0;
    let height = 62.0 + STEP * rows.len() as f64;
    let mut out = start((LABEL + LINE + 80.0) as usize, height as usize, title);
    out += &text("h", 10.0, 20.0, title);
    out += &text("m", 10.0, 36.0, note);
    for (at, row) in rows.iter().enumerate() {
        let y = 54.0 + STEP * at as f64;
        out += &format!("<g><title>{}</title>\n", escaped(&format!("{}: {}", row.label, row.number)));
        out += &text("", 10.0, y + 4.0, &fitting(&row.label, 40));
        out += &format!("<path class=\"a\" d=\"M{LABEL} {y:.1}h{LINE}\" stroke=\"#ccc\"/>\n");
        for (place, told) in &row.at {
            out += &format!(
                "<rect class=\"p\" x=\"{:.1}\" y=\"{:.1}\" width=\"2\" height=\"14\" fill=\"#b5541c\">\
                 <title>{}</title></rect>\n",
                LABEL + LINE * place.clamp(0.0, 1.0) - 1.0,
                y - 7.0,
                escaped(told)
            );
        }
        out += &text("m e", LABEL + LINE + 60.0, y + 4.0, &row.number);
        out += "</g>\n";
    }
    out + "</svg>\n"
}

/// Draws a table whose cells are coloured by their residuals: blue above, brown below expectation.
pub(super) fn heat(title: &str, notes: &[String], rows: &[(String, Vec<Heat>)], cols: &[String]) -> String {
    const STEP: f64 = 22.0;
    let width_of = |labels: &mut dyn Iterator<Item = &str>| {
        labels.map(|label| crate::script::width_columns(label).min(28) * LETTER).max().unwrap_or(0) as f64
    };
    let label = width_of(&mut rows.iter().map(|(name, _)| name.as_str())) + 24.0;
    let texts = rows.iter().flat_map(|(_, cells)| cells).map(|cell| cell.text.as_str());
    let column = width_of(&mut cols.iter().map(String::as_str).chain(texts)).clamp(34.0, 150.0) + 10.0;
    let longest = notes.iter().chain([&title.to_owned()]).map(|note| crate::script::width_columns(note) * LETTER).max();
    let width = (label + column * cols.len() as f64 + 20.0).max(longest.unwrap_or(0).min(1200) as f64 + 20.0);
    let head = 30.0 + 18.0 * notes.len() as f64;
    let height = head + STEP * (rows.len() + 1) as f64 + 16.0;
    let mut out = start(width as usize, height as usize, title);
    out += &text("h", 10.0, 20.0, title);
    for (at, note) in notes.iter().enumerate() {
        out += &text("m", 10.0, 38.0 + 18.0 * at as f64, note);
    }
    for (at, name) in cols.iter().enumerate() {
        let x = label + column * (at as f64 + 0.5);
        out += &text("c", x, head + 15.0, &fitting(name, (column as usize) / LETTER));
    }
    for (line, (name, cells)) in rows.iter().enumerate() {
        let y = head + STEP * (line as f64 + 1.0);
        out += &text("e", label - 8.0, y + 15.0, &fitting(name, 28));
        for (at, cell) in cells.iter().enumerate() {
            let x = label + column * at as f64;
            out += &format!(
                "<g><title>{}</title><rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"{}\"/>\n",
                escaped(&cell.told),
                column - 1.0,
                STEP - 1.0,
                colour(cell.residual)
            );
            out += &text("c", x + column / 2.0, y + 15.0, &cell.text);
            out += "</g>\n";
        }
    }
    out + "</svg>\n"
}

/// Returns the colour of a residual; dark text stays readable on each.
fn colour(residual: Option<f64>) -> &'static str {
    match residual {
        Some(z) if z >= 2.58 => "#8fb8e8",
        Some(z) if z >= 1.96 => "#c9dcf3",
        Some(z) if z <= -2.58 => "#eaab80",
        Some(z) if z <= -1.96 => "#f6d8c3",
        _ => "#f4f4f4",
    }
}

#[cfg(test)]
mod tests {
    use super::{Bar, Heat, bars, fitting, heat};

    #[test]
    fn a_chart_is_well_formed_and_escapes_texts() {
        let bar = |label: &str, value: f64, apart: bool| Bar {
            label: label.to_owned(),
            told: format!("{label}: <{value}>"),
            number: value.to_string(),
            value,
            inferred: 0.5,
            apart,
        };
        let charts = [("a & b".to_owned(), vec![bar("2012", 4.0, false), bar("日付不明", 2.0, true)])];
        let cell = Heat { text: "3 ++".to_owned(), told: "米国 × 2012".to_owned(), residual: Some(3.0) };
        for svg in [
            bars("情報共有", "passages", &charts),
            heat("表", &["χ² \"1\"".to_owned()], &[("米国".to_owned(), vec![cell])], &["2012".to_owned()]),
        ] {
            let mut reader = quick_xml::Reader::from_str(&svg);
            reader.config_mut().check_end_names = true;
            loop {
                match reader.read_event() {
                    Ok(quick_xml::events::Event::Eof) => break,
                    Ok(_) => {}
                    Err(error) => panic!("{error}: {svg}"),
                }
            }
            assert!(!svg.contains("<script") && !svg.contains("href") && svg.contains("<title>"), "{svg}");
        }
        assert!(bars("", "", &charts).contains("a &amp; b"));
    }

    #[test]
    fn long_labels_are_cut_at_columns() {
        assert_eq!(fitting("日米サイバー対話", 10), "日米サイ…");
        assert_eq!(fitting("日米対話", 10), "日米対話");
    }
}

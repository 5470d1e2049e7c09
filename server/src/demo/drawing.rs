//! The demo's pictures as SVG, made by a formula each.

use std::fmt::Write;

/// File name, drawing, and the transformation that turns the drawing into the file.
pub fn pictures() -> [(&'static str, String, &'static str); 3] {
    [
        ("mountains.jpg", mountains(), "f-jpg,q-90"),
        ("balloon.png", balloon(), "f-png"),
        ("poppies.jpg", poppies(), "f-jpg,q-90"),
    ]
}

/// Numbers that look random and are the same every time (a linear congruence).
struct Scatter(u64);

impl Scatter {
    /// The next number from `low` up to `high`.
    fn next(&mut self, low: f64, high: f64) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        #[allow(clippy::cast_precision_loss)] // 24 bits fit
        let part = (self.0 >> 40) as f64 / f64::from(1 << 24);
        low + part * (high - low)
    }
}

fn mountains() -> String {
    let mut scatter = Scatter(3);
    let mut out = String::from(concat!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="2400" height="1600" viewBox="0 0 2400 1600"><defs>"#,
        r##"<linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#21295c"/><stop offset=".45" stop-color="#c9627d"/><stop offset=".7" stop-color="#ffd8a8"/></linearGradient>"##,
        r##"<radialGradient id="sun"><stop offset="0" stop-color="#fffbe6"/><stop offset=".25" stop-color="#ffe8a3"/><stop offset="1" stop-color="#ffb56b" stop-opacity="0"/></radialGradient></defs>"##,
        r#"<rect width="2400" height="1600" fill="url(#sky)"/><circle cx="1560" cy="760" r="420" fill="url(#sun)"/>"#,
    ));
    for _ in 0..220 {
        let (x, y, r) = (scatter.next(0.0, 2400.0), scatter.next(0.0, 600.0), scatter.next(0.6, 2.4));
        _ = write!(out, r##"<circle cx="{x:.1}" cy="{y:.1}" r="{r:.1}" fill="#fff" fill-opacity=".7"/>"##);
    }
    let ridges: [(f64, f64, &str); 4] =
        [(950.0, 330.0, "#7d4f73"), (1100.0, 300.0, "#573f6b"), (1250.0, 260.0, "#36305a"), (1400.0, 210.0, "#1c2045")];
    for (base, height, colour) in ridges {
        _ = write!(out, r#"<path fill="{colour}" d="M0 1600"#);
        let mut x = 0.0_f64;
        while x <= 2460.0 {
            let ridge = (x / 310.0 + base).sin() * height * 0.35 + (x / 97.0 + base * 2.0).sin() * height * 0.15;
            let y = base - ridge - scatter.next(0.0, height * 0.3);
            _ = write!(out, " L{x:.0} {y:.0}");
            x += scatter.next(18.0, 60.0);
        }
        out.push_str(" L2460 1600 Z\"/>");
    }
    out.push_str("</svg>");
    out
}

/// On a transparent ground.
fn balloon() -> String {
    let mut out =
        String::from(r#"<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="1500" viewBox="0 0 1200 1500">"#);
    for (index, colour) in ["#e63946", "#f4a261", "#e9c46a", "#2a9d8f", "#457b9d", "#6a4c93"].iter().enumerate() {
        let left = 150 + index * 150;
        _ = write!(
            out,
            r#"<path fill="{colour}" d="M600 90 C{left} 90 {left} 900 540 1120 L660 1120 C{right} 900 {right} 90 600 90"/>"#,
            right = left + 150
        );
    }
    out.push_str(concat!(
        r##"<g stroke="#5c4033" stroke-width="8" fill="none"><path d="M540 1120 L550 1290 M660 1120 L650 1290"/></g>"##,
        r##"<rect x="530" y="1290" width="140" height="110" rx="18" fill="#8d5a2b"/><rect x="520" y="1280" width="160" height="26" rx="13" fill="#b5793f"/></svg>"##,
    ));
    out
}

fn poppies() -> String {
    let mut scatter = Scatter(11);
    let mut out = String::from(concat!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="1600" height="2000" viewBox="0 0 1600 2000"><defs>"#,
        r##"<linearGradient id="meadow" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#d8f0ff"/><stop offset=".4" stop-color="#b7e4c7"/><stop offset="1" stop-color="#2d6a4f"/></linearGradient></defs>"##,
        r#"<rect width="1600" height="2000" fill="url(#meadow)"/>"#,
    ));
    for row in 0..90 {
        let depth = f64::from(row) / 90.0;
        let (x, y) = (scatter.next(-40.0, 1640.0), 760.0 + depth * 1150.0);
        let size = 14.0 + depth * 90.0;
        let lean = scatter.next(-0.4, 0.4) * size;
        _ = write!(
            out,
            r##"<path d="M{x:.0} {y:.0} q{lean:.0} {half:.0} 0 {stem:.0}" stroke="#40916c" stroke-width="{width:.1}" fill="none"/><ellipse cx="{x:.0}" cy="{y:.0}" rx="{size:.0}" ry="{ry:.0}" fill="#{red:02x}{rest:02x}2a"/><circle cx="{x:.0}" cy="{y:.0}" r="{eye:.0}" fill="#22181c"/>"##,
            half = size * 1.5,
            stem = size * 4.0,
            width = 1.0 + depth * 7.0,
            ry = size * 0.72,
            red = 200 + row % 50,
            rest = 20 + row % 40,
            eye = size * 0.22,
        );
    }
    out.push_str("</svg>");
    out
}

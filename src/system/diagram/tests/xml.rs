//! As much of XML as a diagram uses.

/// A tag, or the text between two tags.
#[derive(Debug, PartialEq)]
enum Piece<'a> {
    Open(&'a str),
    Close(&'a str),
    Empty,
    Text(&'a str),
}

/// Whether a text is one element, its tags balanced, its attributes quoted and unique, and its text escaped.
pub(super) fn check(xml: &str) -> Result<(), String> {
    let mut open = Vec::new();
    let mut roots = 0;
    for piece in pieces(xml)? {
        match piece {
            Piece::Open(name) => {
                roots += usize::from(open.is_empty());
                open.push(name);
            }
            Piece::Close(name) if open.pop() != Some(name) => {
                return Err(format!("</{name}> closes nothing"));
            }
            Piece::Text(text) if open.is_empty() && !text.trim().is_empty() => {
                return Err(format!("{text:?} stands outside"));
            }
            Piece::Text(text) => check_text(text)?,
            Piece::Close(_) | Piece::Empty => {}
        }
    }
    if open.is_empty() && roots == 1 { Ok(()) } else { Err(format!("{roots} roots, {open:?} open")) }
}

/// The texts, as a reader sees them.
pub(super) fn texts(xml: &str) -> Vec<String> {
    let pieces = pieces(xml).expect("well-formed");
    let texts = pieces.into_iter().filter_map(|piece| match piece {
        Piece::Text(text) => Some(unescaped(text)),
        _ => None,
    });
    texts.collect()
}

fn unescaped(text: &str) -> String {
    let plain = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    plain.iter().fold(text.to_string(), |text, (escaped, plain)| text.replace(escaped, plain))
}

fn pieces(xml: &str) -> Result<Vec<Piece<'_>>, String> {
    let mut pieces = Vec::new();
    let mut rest = xml;
    while let Some(start) = rest.find('<') {
        pieces.push(Piece::Text(&rest[..start]));
        let end = start + rest[start..].find('>').ok_or("a tag has no end")?;
        pieces.push(tag(&rest[start + 1..end])?);
        rest = &rest[end + 1..];
    }
    pieces.push(Piece::Text(rest));
    Ok(pieces)
}

fn tag(tag: &str) -> Result<Piece<'_>, String> {
    if let Some(name) = tag.strip_prefix('/') {
        return Ok(Piece::Close(name));
    }
    let (inner, is_empty) = tag.strip_suffix('/').map_or((tag, false), |inner| (inner, true));
    let (name, attributes) = inner.split_once(' ').unwrap_or((inner, ""));
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(format!("<{tag}> has no name"));
    }
    check_attributes(attributes).map_err(|error| format!("{error} in <{tag}>"))?;
    Ok(if is_empty { Piece::Empty } else { Piece::Open(name) })
}

fn check_attributes(attributes: &str) -> Result<(), String> {
    let mut names = Vec::new();
    let mut rest = attributes.trim();
    while !rest.is_empty() {
        let (name, after) = rest.split_once("=\"").ok_or("an attribute without a value")?;
        let (value, after) = after.split_once('"').ok_or("an attribute without an end")?;
        check_text(value)?;
        if names.contains(&name) || name.contains([' ', '"', '<']) {
            return Err(format!("attribute {name:?}"));
        }
        if !after.is_empty() && !after.starts_with(' ') {
            return Err(format!("no space after {name:?}"));
        }
        names.push(name);
        rest = after.trim_start();
    }
    Ok(())
}

fn check_text(text: &str) -> Result<(), String> {
    let entities = ["lt;", "gt;", "amp;", "quot;", "#39;"];
    let mut after_ampersands = text.split('&').skip(1);
    let is_entity = |after: &str| entities.iter().any(|entity| after.starts_with(entity));
    match after_ampersands.find(|after| !is_entity(after)) {
        Some(after) => Err(format!("a bare & before {after:?}")),
        None => Ok(()),
    }
}

#[test]
fn the_check_refuses_what_is_wrong() {
    assert_eq!(check("<a b=\"c\"><d/>e &amp; f</a>"), Ok(()));
    let wrong = ["<a>", "<a></b>", "<a/><b>", "<a b=c></a>", "<a>x & y</a>", "<a></a>x", "<a b=\"1\" b=\"2\"></a>"];
    assert!(wrong.iter().all(|xml| check(xml).is_err()));
}

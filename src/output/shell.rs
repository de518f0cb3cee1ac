//! Commands of this program as a line for a shell.

/// Value of `--role` that stands for all roles.
pub const ANY_ROLE: &str = "any";

/// Returns the command with these arguments and any role, for a shell; `None` without a command.
pub fn in_any_role(arguments: impl Iterator<Item = String>) -> Option<String> {
    let (mut words, mut named, mut arguments) = (vec!["fumikura".to_owned()], false, arguments.peekable());
    while let Some(argument) = arguments.next() {
        let is_option = argument.starts_with('-');
        words.push(shell_word(&argument));
        if matches!(argument.as_str(), "--index" | "--engine" | "--config") {
            words.extend(arguments.next().map(|folder| shell_word(&folder)));
        } else if !is_option && !std::mem::replace(&mut named, true) {
            // Directly after the command, because `--` may end the options.
            words.extend(["--role".to_owned(), ANY_ROLE.to_owned()]);
        }
    }
    named.then(|| words.join(" "))
}

/// Quotes an argument for a shell, where it needs quotes.
pub fn shell_word(argument: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./=:,+@%".contains(c);
    if !argument.is_empty() && argument.chars().all(is_plain) {
        return argument.to_owned();
    }
    format!("'{}'", argument.replace('\'', "'\\''"))
}

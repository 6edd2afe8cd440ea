//! `config check`: all that is wrong, and where.

use recallai_webhook_server::Service;
use recallai_webhook_server::config::Sources;
use serde_json::json;

use crate::arguments::Format;
use crate::exit::Failure;
use crate::terminal;

pub(super) fn run(sources: &Sources, format: Format) -> Result<(), Failure> {
    let loaded = Service::new(sources.clone()).check()?;
    let warnings: Vec<_> = loaded.warnings.iter().map(ToString::to_string).collect();
    match format {
        Format::Human => {
            warnings.iter().for_each(|warning| terminal::warn(&terminal::printable(warning)));
            let file = loaded.file().filter(|file| file.exists());
            let place = match file {
                Some(file) => file.display().to_string(),
                None => "without a file".to_owned(),
            };
            terminal::print(&format!(
                "{}: the configuration makes sense\n",
                terminal::printable(&place)
            ))
        }
        Format::Json => terminal::print_json(&json!({ "valid": true, "warnings": warnings })),
    }
}

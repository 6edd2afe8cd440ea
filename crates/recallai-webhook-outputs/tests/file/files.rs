//! Files that are full, locked, or changed by others.

use std::fs;

use recallai_webhook_outputs::{File, FileOptions, Output as _, Size};

use super::{all, all_keys, file, fresh, keys, outgoing};

fn numbered(from: usize, to: usize) -> Vec<String> {
    (from..to).map(|number| format!("k{number:04}")).collect()
}

#[tokio::test]
async fn a_full_file_is_put_aside_and_no_line_is_lost() {
    let (_folder, path) = fresh();
    // Lines of 96 bytes.
    let options = FileOptions::new(&path).with_max_size(Size::from_bytes(200));
    let file = File::new(options.clone()).unwrap();
    let expected = numbered(0, 25);
    for key in &expected {
        file.send(&outgoing(key)).await.unwrap();
    }
    let files = all(&path);
    assert_eq!(all_keys(&path), expected);
    assert_eq!(files.len(), 13);
    assert!(files.iter().all(|file| fs::metadata(file).unwrap().len() <= 200));

    // The next output goes on with what is there.
    file.close().await;
    let file = File::new(options).unwrap();
    let large = "x".repeat(300);
    for key in ["k0025", &large, "last"] {
        file.send(&outgoing(key)).await.unwrap();
    }
    let files = all(&path);
    assert_eq!(keys(&files[12]), ["k0024", "k0025"]);
    assert_eq!(keys(&files[13]), [large]);
    assert_eq!(keys(&path), ["last"]);
}

#[tokio::test]
async fn only_so_many_are_kept_and_nothing_else_is_removed() {
    let (folder, path) = fresh();
    let others =
        ["events.ndjson.bak", "events.ndjson.20241204-1", "events.ndjson.20241204T232556Z-x"];
    for other in others {
        fs::write(folder.path().join(other), "").unwrap();
    }
    let old = folder.path().join("events.ndjson.20241204T232556Z-1");
    fs::write(&old, "").unwrap();
    let options = FileOptions::new(&path).with_max_size(Size::from_bytes(1)).with_keep(2);
    let file = File::new(options).unwrap();
    for key in numbered(0, 12) {
        file.send(&outgoing(&key)).await.unwrap();
    }
    for other in others {
        fs::remove_file(folder.path().join(other)).unwrap();
    }
    assert!(!old.exists());
    assert_eq!(all_keys(&path), numbered(9, 12));
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_reads_it_unless_told_otherwise() {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let (_folder, path) = fresh();
    let options = FileOptions::new(&path).with_max_size(Size::from_bytes(1));
    let file = File::new(options).unwrap();
    file.send(&outgoing("a")).await.unwrap();
    assert_eq!(mode(&path), 0o600);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    file.send(&outgoing("b")).await.unwrap();
    assert_eq!(all(&path).len(), 2);
    assert_eq!(mode(&path), 0o640);
}

#[tokio::test]
async fn two_outputs_do_not_append_to_one_file() {
    let (_folder, path) = fresh();
    let (one, two) = (file(&path), file(&path));
    one.send(&outgoing("a")).await.unwrap();
    let error = two.send(&outgoing("b")).await.unwrap_err();
    assert!(!error.is_permanent());
    let error = error.to_string();
    assert!(error.ends_with("events.ndjson: another output appends to it"), "{error}");
    // It would be able to, once the other one lets it.
    two.probe().await.unwrap();
    one.close().await;
    two.send(&outgoing("c")).await.unwrap();
    assert!(one.send(&outgoing("d")).await.is_err());
    assert_eq!(keys(&path), ["a", "c"]);
}

#[cfg(unix)]
#[tokio::test]
async fn another_name_of_the_file_is_the_same_file() {
    let (folder, path) = fresh();
    let one = file(&path);
    one.send(&outgoing("a")).await.unwrap();
    let link = folder.path().join("link");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let error = file(&link).send(&outgoing("b")).await.unwrap_err().to_string();
    assert!(error.ends_with("another output appends to it"), "{error}");
}

#[tokio::test]
async fn a_file_that_others_rename_remove_or_cut_is_opened_anew() {
    let (folder, path) = fresh();
    let file = file(&path);
    file.send(&outgoing("a")).await.unwrap();
    let moved = folder.path().join("moved");
    fs::rename(&path, &moved).unwrap();
    file.send(&outgoing("b")).await.unwrap();
    assert_eq!((keys(&moved), keys(&path)), (vec!["a".into()], vec!["b".into()]));
    fs::remove_file(&path).unwrap();
    file.send(&outgoing("c")).await.unwrap();
    assert_eq!(keys(&path), ["c"]);
    let len = fs::metadata(&path).unwrap().len();
    fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(len - 3).unwrap();
    file.send(&outgoing("d")).await.unwrap();
    assert_eq!(keys(&path), ["d"]);
}

/// `doctor` looks at what a service uses.
#[tokio::test]
async fn a_probe_changes_nothing() {
    let (folder, path) = fresh();
    file(&path).probe().await.unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);

    let torn = "{\"idempotency_key\":\"a\"}\n{\"idem";
    fs::write(&path, torn).unwrap();
    let looking = file(&path);
    looking.probe().await.unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), torn);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);

    // The one that has looked does not keep others away.
    file(&path).send(&outgoing("b")).await.unwrap();
    looking.probe().await.unwrap();

    fs::write(&path, "root:x:0:0").unwrap();
    let error = looking.probe().await.unwrap_err().to_string();
    assert!(error.contains("is none of this output"), "{error}");
}

#[tokio::test]
async fn what_is_no_file_or_has_no_folder_is_an_error() {
    let (folder, _) = fresh();
    let error = file(folder.path()).probe().await.unwrap_err().to_string();
    assert!(error.ends_with("this is no file that could be added to"), "{error}");
    let path = folder.path().join("none/events.ndjson");
    let file = file(&path);
    assert!(file.probe().await.is_err());
    assert!(file.send(&outgoing("a")).await.is_err());
    fs::create_dir(folder.path().join("none")).unwrap();
    file.send(&outgoing("a")).await.unwrap();
    assert_eq!(keys(&path), ["a"]);
}

//! Nothing of a folder is changed, and nothing outside of it is read.

use crate::{darkroom::Darkroom, on_both_transports, pictures::folder};

on_both_transports! {
    a_folder_confines
    the_servers_own_data_stays_closed
}

async fn a_folder_confines(darkroom: &Darkroom) {
    let outside = tempfile::tempdir().unwrap();
    let canary = b"canary outside of the folder";
    std::fs::write(outside.path().join("secret.txt"), canary).unwrap();
    let pictures = folder();
    let inside = pictures.path();
    std::os::unix::fs::symlink(outside.path().join("secret.txt"), inside.join("link.txt")).unwrap();
    std::os::unix::fs::symlink(outside.path(), inside.join("linked")).unwrap();
    std::os::unix::fs::symlink("notes.txt", inside.join("fine.txt")).unwrap();
    std::process::Command::new("mkfifo").arg(inside.join("pipe.jpg")).status().unwrap();
    let before = listing(inside);
    darkroom.folder(inside).await;
    for path in [
        "/link.txt",
        "/linked/secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/pipe.jpg",
        "/deep",
        "/deep/",
        "/etc/passwd",
    ] {
        let response = darkroom.get(path).await;
        let status = response.status().as_u16();
        assert!([400, 404, 502].contains(&status), "{path}: {status}");
        assert!(!response.bytes().await.unwrap().windows(canary.len()).any(|window| window == canary), "{path}");
    }
    assert_eq!(
        darkroom.get("/fine.txt").await.text().await.unwrap(),
        "only words\n",
        "a link that stays inside is followed"
    );
    darkroom.get("/tr:w-9/photo.jpg").await;
    assert_eq!(listing(inside), before, "nothing was written");
}

async fn the_servers_own_data_stays_closed(darkroom: &Darkroom) {
    let pictures = folder();
    darkroom.folder(pictures.path()).await;
    darkroom.get("/tr:w-9/photo.jpg").await;
    let inside = darkroom.folder(darkroom.data.path()).await;
    let around = darkroom.folder(darkroom.data.path().parent().unwrap()).await;
    let name = darkroom.data.path().file_name().unwrap().to_str().unwrap();
    for (prefix, origin, folder) in [("inside", inside, String::new()), ("around", around, format!("{name}/"))] {
        darkroom.url_endpoint(serde_json::json!({"description": "d", "urlPrefix": prefix, "origins": [origin]})).await;
        std::fs::write(darkroom.data.path().join("harmless.txt"), "harmless").unwrap();
        assert_eq!(
            darkroom.get(&format!("/{prefix}/{folder}harmless.txt")).await.status(),
            200,
            "only what is its own"
        );
        for file in ["master.key", "registry.sqlite", "registry.sqlite-wal"] {
            let status = darkroom.get(&format!("/{prefix}/{folder}{file}")).await.status().as_u16();
            assert_eq!(status, 400, "{prefix} {file}");
        }
    }
}

fn listing(folder: &std::path::Path) -> Vec<(std::path::PathBuf, u64, std::time::SystemTime)> {
    let mut found: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.path(), std::fs::symlink_metadata(entry.path()).unwrap()))
        .map(|(path, facts)| (path, facts.len(), facts.modified().unwrap()))
        .collect();
    found.sort();
    found
}

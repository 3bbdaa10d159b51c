//! `tessera serve`: the pages and the API, until Ctrl-C.

use crate::cli::Serve;
use crate::output::WrongUse;
use crate::{output, settings};
use engine::{Actor, Project, Workspaces};
use std::sync::Arc;

pub async fn run(args: Serve, json: bool) -> anyhow::Result<()> {
    serve(args, json.then(serde_json::Map::new)).await
}

/// Serves; with `told` a program listens, and gets one object: that, the address and the link.
pub async fn serve(
    args: Serve,
    told: Option<serde_json::Map<String, serde_json::Value>>,
) -> anyhow::Result<()> {
    let (mut projects, mut listen) = (Vec::new(), None);
    for folder in &args.projects {
        let read = settings::read(folder)?;
        listen.get_or_insert(read.server.addr);
        projects.push(Arc::new(Project::open(read.project).await?));
    }
    let addr = args.addr.or(listen).unwrap_or_default();
    let addr = addr.parse().map_err(|_| {
        WrongUse(format!(
            "'{addr}' is no address: write it as 127.0.0.1:8787"
        ))
    })?;
    let workspaces = Arc::new(Workspaces::open(projects).await?);
    let mut serving = Vec::new();
    for project in workspaces.projects() {
        serving.push(project.begin_serving().await?);
    }
    let token = workspaces.issue_login().await?;
    let server = server::ServerSettings {
        addr,
        public_url: args.public_url,
    };
    let mut warming = tokio::task::JoinSet::new();
    let warm: Vec<_> = workspaces.projects().iter().map(Arc::clone).collect();
    let tell = |bound: &server::Bound| {
        // Whoever opens the first page should not wait for counts that can be read now. A failure shows when
        // the page itself asks.
        for project in warm {
            warming.spawn(Arc::clone(&project).keep_schedules());
            warming.spawn(async move {
                let actor = Actor::command_line();
                let _ = (project.home(&actor).await, project.feeds(&actor).await);
            });
        }
        let link = bound.login_link(&token);
        match told {
            Some(mut told) => {
                told.insert("url".into(), bound.url.clone().into());
                told.insert("login".into(), link.into());
                output::json_line(&told.into());
            }
            None => output::line(format!(
                "\nOpen this link once to sign in: {link}\nCtrl-C ends the server."
            )),
        }
    };
    let stop = async {
        // Without a signal to hear, the server runs until it is killed.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let served = server::serve(workspaces, server, tell, stop).await;
    // Ended before the threads it works on are.
    warming.shutdown().await;
    Ok(served?)
}

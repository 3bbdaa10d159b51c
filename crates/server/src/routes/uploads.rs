//! Files handed in: streamed to the place that the engine names, looked at under a mapping.

use super::Answer;
use crate::ask::{Json, Path, ProjectPath, Seat};
use crate::document::Problems;
use crate::problem::Problem;
use crate::shared::Shared;
use axum::extract::multipart::{Field, MultipartRejection};
use axum::extract::{DefaultBodyLimit, Multipart};
use axum::http::StatusCode;
use engine::views::{Preview, PreviewRequest, Upload};
use serde::Deserialize;
use std::path::PathBuf;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// How long a sender may pause.
const PAUSE: Duration = Duration::from_secs(60);

pub(super) fn routes() -> OpenApiRouter<Shared> {
    // The size is limited while the file is written, not before.
    let upload = OpenApiRouter::new()
        .routes(routes!(upload))
        .layer(DefaultBodyLimit::disable());
    upload.merge(OpenApiRouter::new().routes(routes!(preview)))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct UploadPath {
    /// The uploaded file.
    upload_id: String,
}

/// A file to hand in.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documents the body")]
struct UploadForm {
    /// The file.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Takes a file and says what it seems to be.
#[utoipa::path(
    post, path = "/api/v1/projects/{project}/uploads", tag = "imports", params(ProjectPath),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 200, description = "OK", body = Upload), Problems)
)]
async fn upload(seat: Seat, form: Result<Multipart, MultipartRejection>) -> Answer<Upload> {
    let wrong = || {
        let title = "The body is no form with a file";
        let detail = "send multipart/form-data with the file in the field 'file'";
        Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "media-type",
            title,
            detail,
        )
    };
    let mut form = form.map_err(|_| wrong())?;
    while let Some(field) = in_time(form.next_field()).await? {
        if field.name() != Some("file") {
            continue;
        }
        let name = field.file_name().unwrap_or_default().to_string();
        if name.is_empty() {
            return Err(Problem::field(
                "file",
                "has no name; its ending says how it is written",
            ));
        }
        let place = seat.project.upload_place(&seat.actor, &name).await?;
        let mut kept = Kept {
            path: place.path,
            whole: false,
        };
        write(field, &kept.path, place.bytes_max).await?;
        let upload = seat
            .project
            .upload_done(&seat.actor, &place.upload_id)
            .await?;
        kept.whole = true;
        return Ok(axum::Json(upload));
    }
    Err(Problem::field(
        "file",
        "is missing; send the file in this field",
    ))
}

/// First rows under a mapping, with problems.
#[utoipa::path(
    post, path = "/api/v1/projects/{project}/uploads/{upload_id}/preview", tag = "imports",
    params(ProjectPath, UploadPath), request_body = PreviewRequest,
    responses((status = 200, description = "OK", body = Preview), Problems)
)]
async fn preview(
    seat: Seat,
    Path(at): Path<UploadPath>,
    Json(request): Json<PreviewRequest>,
) -> Answer<Preview> {
    Ok(axum::Json(
        seat.project
            .preview(&seat.actor, &at.upload_id, request)
            .await?,
    ))
}

/// A file that goes again unless it came whole and could be read: the sender may leave at any moment.
struct Kept {
    path: PathBuf,
    whole: bool,
}

impl Drop for Kept {
    fn drop(&mut self) {
        if !self.whole
            && let Err(cause) = std::fs::remove_file(&self.path)
            && cause.kind() != std::io::ErrorKind::NotFound
        {
            tracing::error!(%cause, "a partial upload stays behind");
        }
    }
}

async fn write(
    mut field: Field<'_>,
    path: &std::path::Path,
    bytes_max: u64,
) -> Result<(), Problem> {
    let fault = |cause: std::io::Error| Problem::fault(&cause);
    let mut file = tokio::fs::File::create(path).await.map_err(fault)?;
    let mut bytes = 0_u64;
    while let Some(piece) = in_time(field.chunk()).await? {
        bytes += piece.len() as u64;
        if bytes > bytes_max {
            return Err(Problem::too_large(bytes_max));
        }
        file.write_all(&piece).await.map_err(fault)?;
    }
    file.flush().await.map_err(fault)?;
    file.sync_all().await.map_err(fault)
}

/// The next piece of a body, unless the sender pauses too long or breaks off.
async fn in_time<T>(
    next: impl Future<Output = Result<T, axum::extract::multipart::MultipartError>>,
) -> Result<T, Problem> {
    match tokio::time::timeout(PAUSE, next).await {
        Ok(Ok(piece)) => Ok(piece),
        Ok(Err(_)) => Err(Problem::unreadable(
            "the file broke off or its form is damaged; send it again",
        )),
        Err(_) => Err(Problem::unreadable(
            "nothing came for a minute; send the file again",
        )),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::extract::{FromRequest, Request};

    const FORM: &str = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n0123456789\r\n--b--\r\n";

    async fn written(body: &str, bytes_max: u64) -> (Result<(), u16>, Option<Vec<u8>>) {
        let folder = std::env::temp_dir().join(format!("tessera-{}", uuid::Uuid::now_v7()));
        std::fs::create_dir(&folder).unwrap();
        let path = folder.join("a.csv");
        let request = Request::builder().header("content-type", "multipart/form-data; boundary=b");
        let request = request.body(Body::from(body.to_string())).unwrap();
        let mut form = Multipart::from_request(request, &()).await.unwrap();
        let field = form.next_field().await.unwrap().unwrap();
        let mut kept = Kept {
            path: path.clone(),
            whole: false,
        };
        let outcome = write(field, &path, bytes_max)
            .await
            .map_err(|problem| problem.status);
        kept.whole = outcome.is_ok();
        drop(kept);
        let found = std::fs::read(&path).ok();
        std::fs::remove_dir_all(folder).unwrap();
        (outcome, found)
    }

    #[tokio::test]
    async fn a_whole_file_stays_and_a_partial_one_goes() {
        assert_eq!(
            written(FORM, 10).await,
            (Ok(()), Some(b"0123456789".to_vec()))
        );
        assert_eq!(written(FORM, 9).await, (Err(413), None));
        assert_eq!(
            written(&FORM[..FORM.len() - 12], 10).await,
            (Err(400), None)
        );
    }
}

//! The genome of a customer: as of a date, the evidence behind a gene, what changed between two dates; and runs.

use super::Answer;
use super::customers::CustomerPath;
use super::segments::SchemePath;
use crate::ask::{For, Json, Path, ProjectPath, PurposeParam, Query, Seat};
use crate::document::Problems;
use crate::problem::Problem;
use crate::shared::Shared;
use axum::http::StatusCode;
use engine::views::{
    ClusterGenome, CustomerGenome, ForgottenGene, GeneEvidence, GeneForgetRequest,
    GeneRememberRequest, GeneRemembered, GenomeDiff, GenomeDrift, GenomeRunRequest, JobStarted,
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(run_genomes))
        .routes(routes!(customer_genome))
        .routes(routes!(gene_evidence))
        .routes(routes!(genome_diff))
        .routes(routes!(forget_gene))
        .routes(routes!(remember_gene))
        .routes(routes!(cluster_genome))
        .routes(routes!(genome_drift))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OnDate {
    /// As of this date (its end) or instant; the newest where not given.
    on: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OfGene {
    /// The gene's attribute.
    attribute: Option<String>,
    /// The gene's value.
    value: Option<String>,
    /// As of this date (its end) or instant; the newest where not given.
    on: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Between {
    /// The first date (its end) or instant; the genome before the second where not given.
    from: Option<String>,
    /// The second; the newest where not given.
    to: Option<String>,
}

/// Computes everybody's genome anew.
#[utoipa::path(
    post, path = "/api/v1/projects/{project}/genome/runs", tag = "genome", params(ProjectPath),
    request_body = GenomeRunRequest,
    responses((status = 202, description = "OK", body = JobStarted), Problems)
)]
async fn run_genomes(
    seat: Seat,
    Json(request): Json<GenomeRunRequest>,
) -> Result<(StatusCode, axum::Json<JobStarted>), Problem> {
    let started = seat.project.start_genome_run(&seat.actor, request).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(started)))
}

/// A customer's genome.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/customers/{customer_key}/genome", tag = "genome",
    params(ProjectPath, CustomerPath, PurposeParam, OnDate),
    responses((status = 200, description = "OK", body = CustomerGenome), Problems)
)]
async fn customer_genome(
    seat: Seat,
    Path(at): Path<CustomerPath>,
    For(purpose): For,
    Query(when): Query<OnDate>,
) -> Answer<CustomerGenome> {
    let told =
        seat.project
            .customer_genome(&seat.actor, purpose, at.customer_key, when.on.as_deref());
    Ok(axum::Json(told.await?))
}

/// The evidence behind a gene: lines that sum to its score.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/customers/{customer_key}/genome/evidence", tag = "genome",
    params(ProjectPath, CustomerPath, PurposeParam, OfGene),
    responses((status = 200, description = "OK", body = GeneEvidence), Problems)
)]
async fn gene_evidence(
    seat: Seat,
    Path(at): Path<CustomerPath>,
    For(purpose): For,
    Query(of): Query<OfGene>,
) -> Answer<GeneEvidence> {
    let told = seat.project.gene_evidence(
        &seat.actor,
        purpose,
        at.customer_key,
        (of.attribute.as_deref(), of.value.as_deref()),
        of.on.as_deref(),
    );
    Ok(axum::Json(told.await?))
}

/// What changed in a genome between two dates.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/customers/{customer_key}/genome/diff", tag = "genome",
    params(ProjectPath, CustomerPath, PurposeParam, Between),
    responses((status = 200, description = "OK", body = GenomeDiff), Problems)
)]
async fn genome_diff(
    seat: Seat,
    Path(at): Path<CustomerPath>,
    For(purpose): For,
    Query(dates): Query<Between>,
) -> Answer<GenomeDiff> {
    let told = seat.project.genome_diff(
        &seat.actor,
        purpose,
        at.customer_key,
        (dates.from.as_deref(), dates.to.as_deref()),
    );
    Ok(axum::Json(told.await?))
}

/// Strikes a gene from a customer's genome: told and used nowhere, and in no later run, until that is taken back.
#[utoipa::path(
    post, path = "/api/v1/projects/{project}/customers/{customer_key}/genome/forgotten", tag = "genome",
    params(ProjectPath, CustomerPath, PurposeParam), request_body = GeneForgetRequest,
    responses((status = 200, description = "OK", body = ForgottenGene), Problems)
)]
async fn forget_gene(
    seat: Seat,
    Path(at): Path<CustomerPath>,
    For(purpose): For,
    Json(request): Json<GeneForgetRequest>,
) -> Answer<ForgottenGene> {
    let struck = seat
        .project
        .forget_gene(&seat.actor, purpose, at.customer_key, request);
    Ok(axum::Json(struck.await?))
}

/// Takes that back.
#[utoipa::path(
    post, path = "/api/v1/projects/{project}/customers/{customer_key}/genome/remembered", tag = "genome",
    params(ProjectPath, CustomerPath, PurposeParam), request_body = GeneRememberRequest,
    responses((status = 200, description = "OK", body = GeneRemembered), Problems)
)]
async fn remember_gene(
    seat: Seat,
    Path(at): Path<CustomerPath>,
    For(purpose): For,
    Json(request): Json<GeneRememberRequest>,
) -> Answer<GeneRemembered> {
    let told = seat
        .project
        .remember_gene(&seat.actor, purpose, at.customer_key, request);
    Ok(axum::Json(told.await?))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OfCluster {
    /// The cluster's number.
    cluster: Option<i32>,
    /// As of this date (its end) or instant; the newest where not given.
    on: Option<String>,
}

/// What the members of a cluster of customers lean to, beside all members of its scheme.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/genome/schemes/{scheme}", tag = "genome",
    params(ProjectPath, SchemePath, OfCluster),
    responses((status = 200, description = "OK", body = ClusterGenome), Problems)
)]
async fn cluster_genome(
    seat: Seat,
    Path(at): Path<SchemePath>,
    Query(of): Query<OfCluster>,
) -> Answer<ClusterGenome> {
    let told = seat
        .project
        .cluster_genome(&seat.actor, &at.scheme, of.cluster, of.on.as_deref());
    Ok(axum::Json(told.await?))
}

/// What more or fewer customers lean to than at an earlier date.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/genome/drift", tag = "genome",
    params(ProjectPath, Between),
    responses((status = 200, description = "OK", body = GenomeDrift), Problems)
)]
async fn genome_drift(seat: Seat, Query(dates): Query<Between>) -> Answer<GenomeDrift> {
    let told = seat
        .project
        .genome_drift(&seat.actor, (dates.from.as_deref(), dates.to.as_deref()));
    Ok(axum::Json(told.await?))
}

//! The types of resources and families that there are beyond those with rows: their names alone, from Oracle's pages of policy
//! reference (November 2026). It holds those that one meets, not all: a name that is missing here may be one.

use super::{INDEX, ResourceType};

/// In the order of the services.
const NAMES: &str = "
    instance-family instances instance-images instance-configurations instance-pools instance-console-connection console-histories
    app-catalog-listing app-catalog-subscriptions app-catalog-listings cluster-networks compute-management-family auto-scaling-configurations
    dedicated-vm-hosts compute-capacity-reservations compute-clusters compute-capacity-reports compute-image-capability-schema
    compute-global-image-capability-schema compute-gpu-memory-clusters compute-gpu-memory-fabrics compute-bare-metal-hosts
    compute-capacity-topologies compute-hpc-islands compute-network-blocks compute-local-blocks compute-host-groups compute-hosts
    instance-agent-family instance-agent-command-family instance-agent-commands instance-agent-command-execution-family
    instance-agent-plugins instance-maintenance-events images image-shape-compatibility-entries work-requests
    volume-family volumes volume-attachments volume-backups volume-groups volume-group-backups backup-policies
    backup-policy-assignments boot-volume-backups boot-volumes boot-volume-attachments boot-volume-replicas volume-replicas
    volume-group-replicas
    compute-container-family compute-containers compute-container-instances compute-container-instance-shapes
    cluster-family clusters cluster-node-pools cluster-pod-shapes cluster-virtualnode-pools cluster-work-requests cluster-workload-mappings
    cluster-addons cluster-node
    virtual-network-family vcns subnets route-tables network-security-groups security-lists dhcp-options private-ips public-ips ipv6s
    internet-gateways nat-gateways service-gateways local-peering-gateways local-peering-from local-peering-to
    remote-peering-connections remote-peering-from remote-peering-to drgs drg-object drg-attachments drg-route-tables
    drg-route-distributions cpes ipsec-connections cross-connects cross-connect-groups virtual-circuits vnics vnic-attachments vlans vtaps
    byoiprange public-ip-pools publicippool byoasn ipam capture-filters flow-logs vtap network-topology vn-path-analyzer-test
    vnpath-analyzer-tests network-path-analyzer-test network-sources network-firewall-family network-firewalls network-firewall-policies
    load-balancers network-load-balancers dns dns-family dns-zones dns-records dns-traffic dns-steering-policies
    dns-steering-policy-attachments dns-tsig-keys dns-views dns-view dns-resolvers dns-resolver dns-resolver-endpoint
    dns-policies dns-policy-attachments health-check-family http-monitor ping-monitor
    waas-family waas-policy waas-address-lists waas-certificate waas-custom-protection-rule waas-http-redirect waas-work-request
    waf-family waf-policy web-app-firewall web-app-firewall-policy waf-network-address-list waf-work-request web-app-acceleration
    web-app-acceleration-policy waa-work-request
    object-family buckets objects objectstorage-namespaces objectstorage-private-endpoint data-transfer-jobs appliances import-jobs
    storage-gateways file-family file-systems mount-targets export-sets file-system-snapshot-policies replications replication-targets
    outbound-connectors quota-rules lustre-file-family lustre-file-systems
    database-family db-systems db-nodes db-homes databases pluggable-databases db-backups backups data-guard-association
    cloud-exadata-infrastructures cloud-vmclusters cloud-autonomous-vmclusters exadata-infrastructures vmclusters vmcluster-networks
    backup-destinations autonomous-database-family autonomous-databases autonomous-backups autonomous-container-databases
    autonomous-vmclusters autonomous-database-software-images autonomousDatabaseSoftwareImages database-software-images dbServers
    key-stores exadb-vm-clusters exascale-db-storage-vaults scheduling-policies scheduling-plans
    mysql-family mysql-instances mysql-configurations mysql-backups mysql-work-requests mysql-channels mysql-heatwave
    mysql-heatwave-cluster mysql-analytics postgres-family postgres-db-systems postgres-backups postgres-configurations
    postgres-work-requests nosql-family nosql-tables nosql-rows nosql-indexes redis-family redis-clusters redis-work-requests
    redis-config-set redis-users opensearch-family opensearch-clusters opensearch-cluster-backups opensearch-work-requests
    database-tools-family database-tools-connections database-tools-private-endpoints database-tools-sql-endpoints
    dbmgmt-family dbmgmt-managed-databases dbmgmt-managed-database-groups dbmgmt-jobs dbmgmt-private-endpoints dbmgmt-work-requests
    goldengate-family goldengate-deployments goldengate-connections goldengate-deployment-backups goldengate-pipelines
    odms-family odms-connection odms-migration odms-job odms-agent ocm-migration-family ocm-inventory-family
    globally-distributed-autonomous-database datasafe-family-resources data-safe-family data-safe data-safe-private-endpoints
    data-safe-onprem-connectors data-safe-assessment-family data-safe-masking-family data-safe-audit-family data-safe-alert-family
    recovery-service-family recovery-service-protected-database recovery-service-protection-policy recovery-service-policy
    recovery-service-subnet disaster-recovery-family disaster-recovery-protection-groups disaster-recovery-plans
    disaster-recovery-plan-executions disaster-recovery-workrequests disaster-recovery-prechecks
    key-family keys vaults key-delegate hsm-cluster key-management-family secret-family secrets secret-bundles secret-versions
    secret-replication certificate-authority-family certificate-authorities certificate-authority-versions
    certificate-authority-bundles certificate-authority-associations certificate-authority-delegates leaf-certificate-family
    leaf-certificates leaf-certificate-versions leaf-certificate-bundles certificate-associations cabundles cabundle-associations
    cloud-guard-family cloud-guard-detectors cloud-guard-targets cloud-guard-config cloud-guard-managed-lists cloud-guard-problems
    cloud-guard-recommendations cloud-guard-risk-scores cloud-guard-security-scores cloud-guard-detector-recipes
    cloud-guard-responder-recipes cloud-guard-user-preferences cloud-guard-responder-executions cloud-guard-data-masking-rules
    cloud-guard-resource-types cloud-guard-sightings announcement-services
    security-zone security-recipe security-zone-recipes security-attribute-namespaces zpr-policy zpr-configuration
    bastion-family bastion bastion-session bastion-work-requests vss-family host-agent-scan-results host-port-scan-results
    host-vulnerabilities host-cis-benchmark-scan-results container-scan-results container-scan-recipes container-scan-targets
    host-scan-recipes host-scan-targets vss-work-requests
    all-resources compartments tenancies groups users policies dynamic-groups authentication-policies credentials identity-providers
    tag-namespaces tag-defaults tag-defs tagnamespaces domains domain app-roles iamworkrequest iam-policies quota quotas limits
    user-api-keys regions availability-domains organizations organizations-family organization-tenancies governance-rules
    organizations-governance-rules organizations-subscriptions organizations-recipient-invitations organizations-sender-invitations
    subscriptions subscription usage-budgets usage-report usage-reports usage-budget rewards tickets announcements announcement-subscriptions
    cloud-advisor optimizer-api-family optimizer-categories optimizer-recommendations optimizer-resource-actions
    functions-family fn-app fn-function fn-invocation api-gateway-family api-gateways api-deployments api-definitions api-workrequests
    api-sdks api-subscribers api-usage-plans apim-family
    repos container-images container-image-signatures container-repositories artifact-family generic-artifacts
    artifact-repositories artifacts-family
    devops-family devops-project-family devops-repository-family devops-build-family devops-deploy-family devops-project devops-project-work-request
    devops-repository devops-build-pipeline devops-build-pipeline-stage devops-build-run devops-connection devops-trigger
    devops-deploy-artifact devops-deploy-environment devops-deploy-pipeline devops-deploy-stage devops-deployment devops-pull-request
    devops-protected-branch devops-work-request devops-pull-request-comment devops-build-run-snapshot
    orm-family orm-stacks orm-jobs orm-config-source-providers orm-template orm-private-endpoints orm-work-requests
    logging-family log-groups log-content unified-configuration logs log-saved-searches loganalytics-features-family
    loganalytics-resources-family loganalytics-entity loganalytics-log-group loganalytics-query loganalytics-log-content
    metrics alarms monitoring-family apm-domains cloudevents-rules cloudevents-rule event-family ons-family ons-topics ons-subscriptions
    streaming-family streams stream-pull stream-push stream-pools connect-harness queues queue-pull queue-push queue-channels queue-consumer
    serviceconnectors service-connectors ons-topic audit-events audit-configuration email-family approved-senders suppressions
    email-domains dkim email-configuration email-return-paths
    stack-monitoring-family stack-monitoring-resource stack-monitoring-discovery-job osmh-family osms-family osms-managed-instances
    osms-managed-instance-groups osms-software-sources osms-scheduled-jobs osms-work-requests osmh-managed-instances osmh-profiles
    osmh-software-sources management-agents management-agent-install-keys management-dashboard-family
    management-saved-search management-dashboard opsi-family opsi-database-insights opsi-host-insights opsi-enterprise-manager-bridges
    fleet java-management-family fleets jms-plugin fams-family operator-control-family operator-control operator-control-assignment
    data-science-family data-science-projects data-science-notebook-sessions data-science-models data-science-jobs
    data-science-job-runs data-science-model-deployments data-science-work-requests data-science-pipelines data-science-pipelineruns
    data-science-private-endpoint data-science-schedules data-science-modelversionsets data-science-data-exploration-session
    dataflow-family dataflow-application dataflow-run dataflow-pool dataflow-private-endpoint dataflow-sqlendpoint
    data-catalog-family data-catalogs data-catalog-data-assets data-catalog-glossaries data-catalog-metastores
    data-catalog-private-endpoints data-catalog-namespaces dis-family dis-workspaces dis-work-requests dis-metadata
    bds-instance bds-instances bds-family data-labeling-family data-labeling-datasets data-labeling-records data-labeling-annotations
    analytics-instance analytics-instances analytics-instance-work-requests fusion-family fusion-environment fusion-environment-group
    integration-instance integration-instances oda-family oda-instances oda-instance-resource oda-design oda-insights process-automation-instance
    visual-builder-family visualbuilder-instance vb-studio content-and-experience-family oce-instances oce-instance blockchain-platforms
    blockchain-platform-family digital-media-family media-family media-workflow media-asset streaming-distribution-channel
    ai-service-language-family ai-service-vision-family ai-service-speech-family ai-service-document-family
    ai-service-anomaly-detection-family generative-ai-family generative-ai-chat generative-ai-text-generation generative-ai-text-embedding
    generative-ai-text-summarization generative-ai-model generative-ai-endpoint generative-ai-dedicated-ai-cluster
    generative-ai-work-request genai-agent-family genai-agent genai-agent-endpoint genai-agent-knowledge-base
    ocvs-family sddcs vmware-esxi-hosts vmware-work-requests marketplace-listings marketplace-community-listings marketplace-publisher-listings
    app-catalog-publications rover-family rover-nodes rover-clusters wlms-family service-mesh-family mesh service-mesh-virtual-service
    license-manager-family access-governance-family agcs-instance multicloud-family resource-schedule resource-schedule-family
";

/// Whether there is a type of resources or a family of that name, as far as the tables and the list know.
pub fn is_type(name: &ResourceType) -> bool {
    let name = name.as_str();
    name == ResourceType::ALL_RESOURCES
        || INDEX.resources.contains_key(name)
        || INDEX.families.contains_key(name)
        || NAMES.split_whitespace().any(|it| it.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_with_rows_and_without() {
        for name in
            ["repos", "secret-family", "instance-family", "autonomousDatabaseSoftwareImages", "all-resources"]
        {
            assert!(is_type(&ResourceType::new(name)), "{name}");
        }
        for name in ["lambdas", "flying-saucers", "instance-famliy"] {
            assert!(!is_type(&ResourceType::new(name)), "{name}");
        }
    }
}

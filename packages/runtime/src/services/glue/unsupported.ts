// What is not served, by the reason.
const REASONS: readonly (readonly [reason: string, operations: string])[] = [
  [
    'data quality is not judged',
    `BatchGetDataQualityResult BatchGetDataQualityResultV2 BatchGetDataQualityRulesetEvaluationRun
     BatchPutDataQualityStatisticAnnotation CancelDataQualityRuleRecommendationRun
     CancelDataQualityRulesetEvaluationRun CreateDataQualityEvaluationConfig
     CreateDataQualityRuleset DeleteDataQualityEvaluationConfig DeleteDataQualityRuleset
     GetDataQualityEvaluationConfig GetDataQualityModel GetDataQualityModelResult
     GetDataQualityResult GetDataQualityResultV2 GetDataQualityRuleRecommendationRun
     GetDataQualityRuleset GetDataQualityRulesetEvaluationRun ListDataQualityEvaluationConfigs
     ListDataQualityResults ListDataQualityResultsV2 ListDataQualityRuleRecommendationRuns
     ListDataQualityRulesetEvaluationRuns ListDataQualityRulesets
     ListDataQualityStatisticAnnotations ListDataQualityStatistics PublishDataQualityResultV2
     PutDataQualityProfileAnnotation StartDataQualityRuleRecommendationRun
     StartDataQualityRulesetEvaluationRun UpdateDataQualityEvaluationConfig UpdateDataQualityRuleset`,
  ],
  [
    'machine-learning transforms are not run',
    `CancelMLTaskRun CreateMLTransform DeleteMLTransform GetMLTaskRun GetMLTaskRuns GetMLTransform
     GetMLTransforms ListMLTransforms StartExportLabelsTaskRun StartImportLabelsTaskRun
     StartMLEvaluationTaskRun StartMLLabelingSetGenerationTaskRun UpdateMLTransform`,
  ],
  [
    'interactive sessions need Spark',
    `BatchGetDevEndpoints CancelStatement CreateDevEndpoint CreateSession DeleteDevEndpoint
     DeleteSession GetDashboardUrl GetDevEndpoint GetDevEndpoints GetSession GetSessionEndpoint
     GetStatement GetSystemLogsForSession ListDevEndpoints ListSessions ListStatements RunStatement
     StopSession UpdateDevEndpoint`,
  ],
  [
    'there is no schema registry',
    `CheckSchemaVersionValidity CreateRegistry CreateSchema DeleteRegistry DeleteSchema
     DeleteSchemaVersions GetRegistry GetSchema GetSchemaByDefinition GetSchemaVersion
     GetSchemaVersionsDiff ListRegistries ListSchemaVersions ListSchemas PutSchemaVersionMetadata
     QuerySchemaVersionMetadata RegisterSchemaVersion RemoveSchemaVersionMetadata UpdateRegistry
     UpdateSchema`,
  ],
  [
    'data is not crawled',
    `BatchGetCrawlers CreateClassifier CreateCrawler DeleteClassifier DeleteCrawler GetClassifier
     GetClassifiers GetCrawler GetCrawlerMetrics GetCrawlers ListCrawlers ListCrawls StartCrawler
     StartCrawlerSchedule StopCrawler StopCrawlerSchedule UpdateClassifier UpdateCrawler
     UpdateCrawlerSchedule`,
  ],
  [
    'jobs are started by Step Functions, EventBridge or a call',
    `BatchGetBlueprints BatchGetTriggers BatchGetWorkflows CreateBlueprint CreateTrigger
     CreateWorkflow DeleteBlueprint DeleteTrigger DeleteWorkflow GetBlueprint GetBlueprintRun
     GetBlueprintRuns GetTrigger GetTriggers GetWorkflow GetWorkflowRun GetWorkflowRunProperties
     GetWorkflowRuns ListBlueprints ListTriggers ListWorkflows PutWorkflowRunProperties
     ResumeWorkflowRun StartBlueprintRun StartTrigger StartWorkflowRun StopTrigger StopWorkflowRun
     UpdateBlueprint UpdateTrigger UpdateWorkflow`,
  ],
  [
    'scripts are not generated or upgraded',
    `CreateScript GetDataflowGraph GetJobUpgradeAnalysis GetSystemLogsForJobRun
     StartJobUpgradeAnalysis StopJobUpgradeAnalysis UpdateJobFromSourceControl
     UpdateSourceControlFromJob`,
  ],
  [
    'nothing is encrypted on one machine',
    `CreateSecurityConfiguration DeleteSecurityConfiguration GetDataCatalogEncryptionSettings
     GetSecurityConfiguration GetSecurityConfigurations PutDataCatalogEncryptionSettings`,
  ],
  [
    'there are no integrations with other systems',
    `CreateGlueIdentityCenterConfiguration CreateIntegration CreateIntegrationResourceProperty
     CreateIntegrationTableProperties DeleteGlueIdentityCenterConfiguration DeleteIntegration
     DeleteIntegrationResourceProperty DeleteIntegrationTableProperties DescribeInboundIntegrations
     DescribeIntegrations GetGlueIdentityCenterConfiguration GetIntegrationResourceProperty
     GetIntegrationTableProperties ListIntegrationResourceProperties ListIntegrationTableProperties
     ModifyIntegration UpdateGlueIdentityCenterConfiguration UpdateIntegrationResourceProperty
     UpdateIntegrationTableProperties`,
  ],
  [
    'there is no catalog of business terms',
    `AssociateGlossaryTerms BatchGetCustomEntityTypes BatchGetIterableForms CreateCustomEntityType
     CreateGlossary CreateGlossaryTerm CreateUsageProfile DeleteAsset DeleteAssetType
     DeleteAttachment DeleteCustomEntityType DeleteFormType DeleteGlossary DeleteGlossaryTerm
     DeleteUsageProfile DisassociateGlossaryTerms GetAsset GetAssetType GetCustomEntityType
     GetFormType GetGlossary GetGlossaryTerm GetUsageProfile ListAssetTypes ListCustomEntityTypes
     ListFormTypes ListGlossaries ListGlossaryTerms ListIterableForms ListUsageProfiles PutAsset
     PutAssetType PutAttachment PutFormType SearchAssets UpdateAsset UpdateGlossary
     UpdateGlossaryTerm UpdateUsageProfile`,
  ],
  [
    'there is no data catalog yet',
    `BatchCreatePartition BatchDeleteConnection BatchDeletePartition BatchDeleteTable
     BatchDeleteTableVersion BatchGetPartition BatchGetTableOptimizer BatchUpdatePartition
     CreateCatalog CreateColumnStatisticsTaskSettings CreateConnection CreateDatabase
     CreatePartition CreatePartitionIndex CreateTable CreateTableOptimizer CreateUserDefinedFunction
     DeleteCatalog DeleteColumnStatisticsForPartition DeleteColumnStatisticsForTable
     DeleteColumnStatisticsTaskSettings DeleteConnection DeleteConnectionType DeleteDatabase
     DeletePartition DeletePartitionIndex DeleteResourcePolicy DeleteTable DeleteTableOptimizer
     DeleteTableVersion DeleteUserDefinedFunction DescribeConnectionType DescribeEntity GetCatalog
     GetCatalogImportStatus GetCatalogs GetColumnStatisticsForPartition GetColumnStatisticsForTable
     GetColumnStatisticsTaskRun GetColumnStatisticsTaskRuns GetColumnStatisticsTaskSettings
     GetConnection GetConnections GetDataCatalogExportConfiguration GetDatabase GetDatabases
     GetEntityRecords GetMapping GetMaterializedViewRefreshTaskRun GetPartition GetPartitionIndexes
     GetPartitions GetPlan GetResourcePolicies GetResourcePolicy GetTable GetTableOptimizer
     GetTableVersion GetTableVersions GetTables GetUnfilteredPartitionMetadata
     GetUnfilteredPartitionsMetadata GetUnfilteredTableMetadata GetUserDefinedFunction
     GetUserDefinedFunctions ImportCatalogToGlue ListColumnStatisticsTaskRuns ListConnectionTypes
     ListEntities ListMaterializedViewRefreshTaskRuns ListTableOptimizerRuns
     PutDataCatalogExportConfiguration PutResourcePolicy RegisterConnectionType SearchTables
     StartColumnStatisticsTaskRun StartColumnStatisticsTaskRunSchedule
     StartMaterializedViewRefreshTaskRun StopColumnStatisticsTaskRun
     StopColumnStatisticsTaskRunSchedule StopMaterializedViewRefreshTaskRun TestConnection
     UpdateCatalog UpdateColumnStatisticsForPartition UpdateColumnStatisticsForTable
     UpdateColumnStatisticsTaskSettings UpdateConnection UpdateDatabase UpdatePartition UpdateTable
     UpdateTableOptimizer UpdateUserDefinedFunction`,
  ],
];

/** Operations that are not served, with the reason. */
export const unsupported: Readonly<Record<string, string>> = Object.fromEntries(
  REASONS.flatMap(([reason, operations]) => operations.split(/\s+/).map((name) => [name, reason])),
);

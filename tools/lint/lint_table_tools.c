/* SPDX-License-Identifier: MIT */
/* lint_table_tools.c - tools and input items, which a response echoes, by their
 * names in the published schema. Notation: lint_table.h. */
#include "lint_table.h"

const struct lint_row lint_tool_rows[] = {
    /* tools and the choice of one */
    {"Tool",
     "= FunctionTool|FileSearchTool|ComputerTool|ComputerUsePreviewTool|"
     "WebSearchTool|MCPTool|CodeInterpreterTool|ProgrammaticToolCallingParam|"
     "ImageGenTool|LocalShellToolParam|FunctionShellToolParam|"
     "CustomToolParam|NamespaceToolParam|ToolSearchToolParam|"
     "WebSearchPreviewTool|ApplyPatchToolParam"},
    {"FunctionTool",
     "type:'function' name:string description?:string|null parameters:object|"
     "null output_schema?:object|null strict:boolean|null "
     "defer_loading?:boolean allowed_callers?:['direct'|'programmatic']|null"},
    {"FileSearchTool",
     "type:'file_search' vector_store_ids:[string] max_num_results?:integer "
     "ranking_options?:RankingOptions filters?:ComparisonFilter|"
     "CompoundFilter|null"},
    {"RankingOptions",
     "ranker?:'auto'|'default-2024-11-15' score_threshold?:number "
     "hybrid_search?:HybridSearchOptions"},
    {"HybridSearchOptions", "embedding_weight:number text_weight:number"},
    {"ComparisonFilter",
     "type:'eq'|'ne'|'gt'|'gte'|'lt'|'lte'|'in'|'nin' key:string "
     "value:string|number|boolean|[string|number]"},
    {"CompoundFilter",
     "type:'and'|'or' filters:[ComparisonFilter|CompoundFilter]"},
    {"ComputerTool", "type:'computer'"},
    {"ComputerUsePreviewTool",
     "type:'computer_use_preview' environment:'windows'|'mac'|'linux'|"
     "'ubuntu'|'browser' display_width:integer display_height:integer"},
    {"WebSearchTool",
     "type:'web_search'|'web_search_2025_08_26' external_web_access?:boolean "
     "filters?:WebSearchFilters|null "
     "user_location?:WebSearchApproximateLocation|null "
     "search_context_size?:'low'|'medium'|'high'"},
    {"WebSearchFilters", "allowed_domains?:[string]|null"},
    {"WebSearchApproximateLocation",
     "type?:'approximate' country?:string|null region?:string|null "
     "city?:string|null timezone?:string|null"},
    {"MCPTool",
     "type:'mcp' server_label:string server_url?:string "
     "connector_id?:'connector_dropbox'|'connector_gmail'|"
     "'connector_googlecalendar'|'connector_googledrive'|"
     "'connector_microsoftteams'|'connector_outlookcalendar'|"
     "'connector_outlookemail'|'connector_sharepoint' tunnel_id?:tunnel "
     "authorization?:string server_description?:string headers?:Strings|null "
     "allowed_tools?:[string]|MCPToolFilter|null allowed_callers?:['direct'|"
     "'programmatic']{1,}|null require_approval?:MCPApprovalFilter|'always'|"
     "'never'|null defer_loading?:boolean"},
    {"Strings", "*:string"},
    {"MCPToolFilter", "tool_names?:[string] read_only?:boolean"},
    {"MCPApprovalFilter", "always?:MCPToolFilter never?:MCPToolFilter"},
    {"CodeInterpreterTool",
     "type:'code_interpreter' container:string|AutoCodeInterpreterToolParam "
     "allowed_callers?:['direct'|'programmatic']{1,}|null"},
    {"AutoCodeInterpreterToolParam",
     "type:'auto' file_ids?:[string]{,50} memory_limit?:'1g'|'4g'|'16g'|"
     "'64g'|null network_policy?:ContainerNetworkPolicyDisabledParam|"
     "ContainerNetworkPolicyAllowlistParam"},
    {"ContainerNetworkPolicyDisabledParam", "type:'disabled'"},
    {"ContainerNetworkPolicyAllowlistParam",
     "type:'allowlist' allowed_domains:[string]{1,} "
     "domain_secrets?:[ContainerNetworkPolicyDomainSecretParam]{1,}"},
    {"ContainerNetworkPolicyDomainSecretParam",
     "domain:string{1,} name:string{1,} value:string{1,10485760}"},
    {"ProgrammaticToolCallingParam", "type:'programmatic_tool_calling'"},
    {"ImageGenTool",
     "type:'image_generation' model?:string|'gpt-image-1'|'gpt-image-1-mini'|"
     "'gpt-image-1.5'|'gpt-image-2'|'gpt-image-2-2026-04-21' quality?:'low'|"
     "'medium'|'high'|'auto' size?:string|'1024x1024'|'1024x1536'|"
     "'1536x1024'|'auto' output_format?:'png'|'webp'|'jpeg' "
     "output_compression?:integer{0,100} moderation?:'auto'|'low' "
     "background?:'transparent'|'opaque'|'auto' input_fidelity?:'high'|'low'|"
     "null input_image_mask?:ImageMask partial_images?:integer{0,3} "
     "action?:'generate'|'edit'|'auto'"},
    {"ImageMask", "image_url?:string file_id?:string"},
    {"LocalShellToolParam", "type:'local_shell'"},
    {"FunctionShellToolParam",
     "type:'shell' environment?:ContainerAutoParam|LocalEnvironmentParam|"
     "ContainerReferenceParam|null allowed_callers?:['direct'|"
     "'programmatic']{1,}|null"},
    {"ContainerAutoParam",
     "type:'container_auto' file_ids?:[string]{,50} memory_limit?:'1g'|'4g'|"
     "'16g'|'64g'|null network_policy?:ContainerNetworkPolicyDisabledParam|"
     "ContainerNetworkPolicyAllowlistParam skills?:[SkillReferenceParam|"
     "InlineSkillParam]{,200}"},
    {"SkillReferenceParam",
     "type:'skill_reference' skill_id:string{1,64} version?:string"},
    {"InlineSkillParam", "type:'inline' name:string description:string "
                         "source:InlineSkillSourceParam"},
    {"InlineSkillSourceParam",
     "type:'base64' media_type:'application/zip' data:string{1,70254592}"},
    {"LocalEnvironmentParam", "type:'local' skills?:[LocalSkillParam]{,200}"},
    {"LocalSkillParam", "name:string description:string path:string"},
    {"ContainerReferenceParam",
     "type:'container_reference' container_id:string"},
    {"CustomToolParam",
     "type:'custom' name:string description?:string "
     "format?:CustomTextFormatParam|CustomGrammarFormatParam "
     "defer_loading?:boolean allowed_callers?:['direct'|'programmatic']{1,}|"
     "null"},
    {"CustomTextFormatParam", "type:'text'"},
    {"CustomGrammarFormatParam",
     "type:'grammar' syntax:'lark'|'regex' definition:string"},
    {"NamespaceToolParam",
     "type:'namespace' name:string{1,} description:string "
     "tools:[FunctionToolParam|CustomToolParam]{1,}"},
    {"FunctionToolParam",
     "type:'function' name:word{1,128} description?:string|null "
     "parameters?:object|null strict?:boolean|null output_schema?:object|"
     "null defer_loading?:boolean allowed_callers?:['direct'|"
     "'programmatic']{1,}|null"},
    {"ToolSearchToolParam",
     "type:'tool_search' execution?:'server'|'client' description?:string|"
     "null parameters?:object|null"},
    {"WebSearchPreviewTool",
     "type:'web_search_preview'|'web_search_preview_2025_03_11' "
     "user_location?:ApproximateLocation|null search_context_size?:'low'|"
     "'medium'|'high' search_content_types?:['text'|'image']"},
    {"ApproximateLocation",
     "type:'approximate' country?:string|null region?:string|null "
     "city?:string|null timezone?:string|null"},
    {"ApplyPatchToolParam",
     "type:'apply_patch' allowed_callers?:['direct'|'programmatic']{1,}|null"},
    {"ToolChoiceParam",
     "= 'none'|'auto'|'required'|ToolChoiceAllowed|ToolChoiceTypes|"
     "ToolChoiceFunction|ToolChoiceMCP|ToolChoiceCustom|"
     "SpecificProgrammaticToolCallingParam|SpecificApplyPatchParam|"
     "SpecificFunctionShellParam"},
    {"ToolChoiceAllowed",
     "type:'allowed_tools' mode:'auto'|'required' tools:[object]"},
    {"ToolChoiceTypes",
     "type:'file_search'|'web_search_preview'|'computer'|"
     "'computer_use_preview'|'computer_use'|'web_search_preview_2025_03_11'|"
     "'image_generation'|'code_interpreter'"},
    {"ToolChoiceFunction", "type:'function' name:string"},
    {"ToolChoiceMCP", "type:'mcp' server_label:string name?:string|null"},
    {"ToolChoiceCustom", "type:'custom' name:string"},
    {"SpecificProgrammaticToolCallingParam",
     "type:'programmatic_tool_calling'"},
    {"SpecificApplyPatchParam", "type:'apply_patch'"},
    {"SpecificFunctionShellParam", "type:'shell'"},
    /* input items, in instructions */
    {"InputItem",
     "= EasyInputMessage|Item|CompactionTriggerItemParam|ItemReferenceParam|"
     "ProgramItemParam|ProgramOutputItemParam"},
    {"EasyInputMessage",
     "type?:'message' role:'user'|'assistant'|'system'|'developer' "
     "content:string|[InputContent] phase?:'commentary'|'final_answer'|null"},
    {"InputContent", "= InputTextContent|InputImageContent|InputFileContent"},
    {"Item",
     "= InputMessage|OutputMessage|FileSearchToolCall|ComputerToolCall|"
     "ComputerCallOutputItemParam|WebSearchToolCall|FunctionToolCall|"
     "FunctionCallOutputItemParam|ToolSearchCallItemParam|"
     "ToolSearchOutputItemParam|AdditionalToolsItemParam|ReasoningItem|"
     "CompactionSummaryItemParam|ImageGenToolCall|CodeInterpreterToolCall|"
     "LocalShellToolCall|LocalShellToolCallOutput|FunctionShellCallItemParam|"
     "FunctionShellCallOutputItemParam|ApplyPatchToolCallItemParam|"
     "ApplyPatchToolCallOutputItemParam|MCPListTools|MCPApprovalRequest|"
     "MCPApprovalResponse|MCPToolCall|CustomToolCallOutput|CustomToolCall"},
    {"InputMessage",
     "type?:'message' role:'user'|'system'|'developer' status?:'in_progress'|"
     "'completed'|'incomplete' content:[InputContent]"},
    {"ComputerCallOutputItemParam",
     "type:'computer_call_output' id?:string|null call_id:string{1,64} "
     "output:ComputerScreenshotImage "
     "acknowledged_safety_checks?:[ComputerCallSafetyCheckParam]|null "
     "status?:'in_progress'|'completed'|'incomplete'|null"},
    {"FunctionCallOutputItemParam",
     "type:'function_call_output' id?:string|null call_id?:string{1,64}|null "
     "output:string{,10485760}|[InputTextContentParam|"
     "InputImageContentParamAutoParam|InputFileContentParam] "
     "name?:string{1,128}|null namespace?:word{1,64}|null "
     "caller?:ToolCallCallerParam|null status?:'in_progress'|'completed'|"
     "'incomplete'|null"},
    {"InputTextContentParam",
     "type:'input_text' text:string{,10485760} "
     "prompt_cache_breakpoint?:PromptCacheBreakpointParam|null"},
    {"PromptCacheBreakpointParam", "mode:'explicit'"},
    {"InputImageContentParamAutoParam",
     "type:'input_image' image_url?:string{,20971520}|null file_id?:string|"
     "null detail?:'low'|'high'|'auto'|'original'|null "
     "prompt_cache_breakpoint?:PromptCacheBreakpointParam|null"},
    {"InputFileContentParam",
     "type:'input_file' file_id?:string|null filename?:string|null "
     "file_data?:string{,73400320}|null file_url?:string|null detail?:'auto'|"
     "'low'|'high' prompt_cache_breakpoint?:PromptCacheBreakpointParam|null"},
    {"ToolSearchCallItemParam",
     "type:'tool_search_call' id?:string|null call_id?:string{1,64}|null "
     "execution?:'server'|'client' arguments:object status?:'in_progress'|"
     "'completed'|'incomplete'|null"},
    {"ToolSearchOutputItemParam",
     "type:'tool_search_output' id?:string|null call_id?:string{1,64}|null "
     "execution?:'server'|'client' tools:[Tool] status?:'in_progress'|"
     "'completed'|'incomplete'|null"},
    {"AdditionalToolsItemParam",
     "type:'additional_tools' id?:string|null role:'developer' tools:[Tool]"},
    {"CompactionSummaryItemParam",
     "type:'compaction' id?:string|null encrypted_content:string{,20971520}"},
    {"FunctionShellCallItemParam",
     "type:'shell_call' id?:string|null call_id:string{1,64} "
     "caller?:ToolCallCallerParam|null action:FunctionShellActionParam "
     "status?:'in_progress'|'completed'|'incomplete'|null "
     "environment?:LocalEnvironmentParam|ContainerReferenceParam|null"},
    {"FunctionShellActionParam",
     "commands:[string] timeout_ms?:integer|null max_output_length?:integer|"
     "null"},
    {"FunctionShellCallOutputItemParam",
     "type:'shell_call_output' id?:string|null call_id:string{1,64} "
     "caller?:ToolCallCallerParam|null "
     "output:[FunctionShellCallOutputContentParam] status?:'in_progress'|"
     "'completed'|'incomplete'|null max_output_length?:integer|null"},
    {"FunctionShellCallOutputContentParam",
     "stdout:string{,10485760} stderr:string{,10485760} "
     "outcome:FunctionShellCallOutputOutcomeParam"},
    {"FunctionShellCallOutputOutcomeParam",
     "= FunctionShellCallOutputTimeoutOutcomeParam|"
     "FunctionShellCallOutputExitOutcomeParam"},
    {"FunctionShellCallOutputTimeoutOutcomeParam", "type:'timeout'"},
    {"FunctionShellCallOutputExitOutcomeParam",
     "type:'exit' exit_code:integer"},
    {"ApplyPatchToolCallItemParam",
     "type:'apply_patch_call' id?:string|null call_id:string{1,64} "
     "caller?:ToolCallCallerParam|null status:'in_progress'|'completed' "
     "operation:ApplyPatchOperationParam"},
    {"ApplyPatchOperationParam",
     "= ApplyPatchCreateFileOperationParam|"
     "ApplyPatchDeleteFileOperationParam|ApplyPatchUpdateFileOperationParam"},
    {"ApplyPatchCreateFileOperationParam",
     "type:'create_file' path:string{1,} diff:string{,10485760}"},
    {"ApplyPatchDeleteFileOperationParam",
     "type:'delete_file' path:string{1,}"},
    {"ApplyPatchUpdateFileOperationParam",
     "type:'update_file' path:string{1,} diff:string{,10485760}"},
    {"ApplyPatchToolCallOutputItemParam",
     "type:'apply_patch_call_output' id?:string|null call_id:string{1,64} "
     "caller?:ToolCallCallerParam|null status:'completed'|'failed' "
     "output?:string{,10485760}|null"},
    {"MCPApprovalResponse",
     "type:'mcp_approval_response' id?:string|null "
     "approval_request_id:string approve:boolean reason?:string|null "
     "request_id:any"},
    {"CustomToolCallOutput",
     "type:'custom_tool_call_output' id?:string call_id:string "
     "caller?:ToolCallCallerParam|null output:string|"
     "[FunctionAndCustomToolCallOutput]"},
    {"CompactionTriggerItemParam", "type:'compaction_trigger'"},
    {"ItemReferenceParam", "type?:'item_reference'|null id:string"},
    {"ProgramItemParam",
     "type:'program' id:string call_id:string{1,64} code:string{,10485760} "
     "fingerprint:string{,10485760}"},
    {"ProgramOutputItemParam",
     "type:'program_output' id:string call_id:string{1,64} "
     "result:string{,10485760} status:'completed'|'incomplete'"},
    {NULL, NULL},
};

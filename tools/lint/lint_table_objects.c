/* SPDX-License-Identifier: MIT */
/* lint_table_objects.c - the response, its items and their parts, by their
 * names in the published schema. Notation: lint_table.h. */
#include "lint_table.h"

const struct lint_row lint_object_rows[] = {
    /* the response */
    {"Response",
     "metadata:Strings|null top_logprobs?:integer{0,20}|null "
     "temperature:number{0,2}|null top_p:number{0,1}|null user?:string "
     "safety_identifier?:string{,64}|null prompt_cache_key?:string|null "
     "prompt_cache_retention?:'in_memory'|'24h'|null "
     "previous_response_id?:string|null model:string background?:boolean|"
     "null max_tool_calls?:integer|null text?:ResponseTextParam tools:[Tool] "
     "tool_choice:ToolChoiceParam prompt?:Prompt|null "
     "service_tier?:ServiceTierResponses truncation?:'auto'|'disabled'|null "
     "id:string object:'response' status?:'completed'|'failed'|'in_progress'|"
     "'cancelled'|'queued'|'incomplete' created_at:number "
     "completed_at?:number|null error:ResponseError|null "
     "incomplete_details:IncompleteDetails|null output:[OutputItem] "
     "reasoning?:Reasoning|null instructions:string|[InputItem]|null "
     "output_text?:string|null usage?:ResponseUsage "
     "prompt_cache_options?:PromptCacheOptions moderation?:Moderation|null "
     "parallel_tool_calls:boolean conversation?:ResponseConversation|null "
     "max_output_tokens?:integer|null store~:any frequency_penalty~:any "
     "presence_penalty~:any tool_usage~:any"},
    {"ResponseTextParam",
     "format?:TextResponseFormatConfiguration verbosity?:Verbosity"},
    {"ResponseFormatText", "type:'text'"},
    {"TextResponseFormatJsonSchema",
     "type:'json_schema' description?:string name:string schema:object "
     "strict?:boolean|null"},
    {"ResponseFormatJsonObject", "type:'json_object'"},
    {"TextResponseFormatConfiguration",
     "= ResponseFormatText|TextResponseFormatJsonSchema|"
     "ResponseFormatJsonObject"},
    {"Verbosity", "= 'low'|'medium'|'high'|null"},
    {"Prompt",
     "id:string version?:string|null variables?:ResponsePromptVariables|null"},
    {"ResponsePromptVariables",
     "*:string|InputTextContent|InputImageContent|InputFileContent"},
    {"ServiceTierResponses",
     "= 'auto'|'default'|'flex'|'scale'|'priority'|'fast'|'ultrafast'|null"},
    {"ResponseError", "code:ResponseErrorCode message:string"},
    {"ResponseErrorCode",
     "= 'server_error'|'rate_limit_exceeded'|'invalid_prompt'|"
     "'data_residency_mismatch'|'bio_policy'|'vector_store_timeout'|"
     "'invalid_image'|'invalid_image_format'|'invalid_base64_image'|"
     "'invalid_image_url'|'image_too_large'|'image_too_small'|"
     "'image_parse_error'|'image_content_policy_violation'|"
     "'invalid_image_mode'|'image_file_too_large'|"
     "'unsupported_image_media_type'|'empty_image_file'|"
     "'failed_to_download_image'|'image_file_not_found'"},
    {"IncompleteDetails", "reason?:'max_output_tokens'|'content_filter'"},
    {"Reasoning",
     "mode?:string|'standard'|'pro' effort?:ReasoningEffort summary?:'auto'|"
     "'concise'|'detailed'|null context?:'auto'|'current_turn'|'all_turns'|"
     "null generate_summary?:'auto'|'concise'|'detailed'|null"},
    {"ReasoningEffort",
     "= 'none'|'minimal'|'low'|'medium'|'high'|'xhigh'|'max'|null"},
    {"ResponseUsage",
     "input_tokens:integer input_tokens_details:InputTokensDetails "
     "output_tokens:integer output_tokens_details:OutputTokensDetails "
     "total_tokens:integer"},
    {"InputTokensDetails", "cached_tokens:integer cache_write_tokens:integer"},
    {"OutputTokensDetails", "reasoning_tokens:integer"},
    {"PromptCacheOptions", "ttl:'30m' mode:'implicit'|'explicit'"},
    {"Moderation", "input:ModerationResultBody|ModerationErrorBody "
                   "output:ModerationResultBody|ModerationErrorBody"},
    {"ModerationResultBody",
     "type:'moderation_result' model:string flagged:boolean "
     "categories:ModerationCategories category_scores:ModerationScores "
     "category_applied_input_types:ModerationInputs"},
    {"ModerationCategories", "*:boolean"},
    {"ModerationScores", "*:number"},
    {"ModerationInputs", "*:['text'|'image']"},
    {"ModerationErrorBody", "type:'error' code:string message:string"},
    {"ResponseConversation", "id:string"},
    {"ShellCallOutputDelta", "stdout?:string stderr?:string"},
    /* content parts, annotations, log probabilities */
    {"OutputTextContent",
     "type:'output_text' text:string annotations:[Annotation] "
     "logprobs:[LogProb]"},
    {"Annotation",
     "= FileCitationBody|UrlCitationBody|ContainerFileCitationBody|FilePath"},
    {"FileCitationBody",
     "type:'file_citation' file_id:string index:integer filename:string"},
    {"UrlCitationBody",
     "type:'url_citation' url:string start_index:integer end_index:integer "
     "title:string"},
    {"ContainerFileCitationBody",
     "type:'container_file_citation' container_id:string file_id:string "
     "start_index:integer end_index:integer filename:string"},
    {"FilePath", "type:'file_path' file_id:string index:integer"},
    {"LogProb",
     "token:string logprob:number bytes:[integer] top_logprobs:[TopLogProb]"},
    {"TopLogProb", "token:string logprob:number bytes:[integer]"},
    {"RefusalContent", "type:'refusal' refusal:string"},
    {"SummaryTextContent", "type:'summary_text' text:string"},
    {"ReasoningTextContent", "type:'reasoning_text' text:string"},
    {"OutputContent",
     "= OutputTextContent|RefusalContent|ReasoningTextContent"},
    {"ResponseLogProb",
     "token:string logprob:number top_logprobs?:[ResponseTopLogProb] "
     "bytes~:any"},
    {"ResponseTopLogProb", "token?:string logprob?:number bytes~:any"},
    /* output items */
    {"OutputItem",
     "= OutputMessage|FileSearchToolCall|FunctionToolCall|"
     "FunctionToolCallOutputResource|WebSearchToolCall|ComputerToolCall|"
     "ComputerToolCallOutputResource|ReasoningItem|Program|ProgramOutput|"
     "ToolSearchCall|ToolSearchOutput|AdditionalTools|CompactionBody|"
     "ImageGenToolCall|CodeInterpreterToolCall|LocalShellToolCall|"
     "LocalShellToolCallOutput|FunctionShellCall|FunctionShellCallOutput|"
     "ApplyPatchToolCall|ApplyPatchToolCallOutput|MCPToolCall|MCPListTools|"
     "MCPApprovalRequest|MCPApprovalResponseResource|CustomToolCall|"
     "CustomToolCallOutputResource"},
    {"OutputMessage",
     "type:'message' id:string role:'assistant' content:[OutputTextContent|"
     "RefusalContent] phase?:'commentary'|'final_answer'|null "
     "status:'in_progress'|'completed'|'incomplete'"},
    {"FileSearchToolCall",
     "type:'file_search_call' id:string status:'in_progress'|'searching'|"
     "'completed'|'incomplete'|'failed' queries:[string] "
     "results?:[FileSearchResult]|null"},
    {"FileSearchResult",
     "file_id?:string text?:string filename?:string "
     "attributes?:VectorStoreFileAttributes|null score?:number"},
    {"VectorStoreFileAttributes", "*:string{,512}|number|boolean"},
    {"FunctionToolCall",
     "type:'function_call' id?:string call_id:string caller?:ToolCallCaller|"
     "null namespace?:string name:string arguments:string "
     "status?:'in_progress'|'completed'|'incomplete'"},
    {"ToolCallCaller", "= DirectToolCallCaller|ProgramToolCallCaller"},
    {"DirectToolCallCaller", "type:'direct'"},
    {"ProgramToolCallCaller", "type:'program' caller_id:string"},
    {"FunctionToolCallOutputResource",
     "type:'function_call_output' id:string call_id?:string name?:string "
     "namespace?:string caller?:ToolCallCallerParam|null output:string|"
     "[FunctionAndCustomToolCallOutput] status:'in_progress'|'completed'|"
     "'incomplete' created_by?:string"},
    {"ToolCallCallerParam",
     "= DirectToolCallCallerParam|ProgramToolCallCallerParam"},
    {"DirectToolCallCallerParam", "type:'direct'"},
    {"ProgramToolCallCallerParam", "type:'program' caller_id:string{1,64}"},
    {"FunctionAndCustomToolCallOutput",
     "= InputTextContent|InputImageContent|InputFileContent"},
    {"InputTextContent",
     "type:'input_text' text:string "
     "prompt_cache_breakpoint?:PromptCacheBreakpointConfig"},
    {"PromptCacheBreakpointConfig", "mode:'explicit'"},
    {"InputImageContent",
     "type:'input_image' image_url?:string|null file_id?:string|null "
     "detail:'low'|'high'|'auto'|'original' "
     "prompt_cache_breakpoint?:PromptCacheBreakpointConfig"},
    {"InputFileContent",
     "type:'input_file' file_id?:string|null filename?:string "
     "file_data?:string prompt_cache_breakpoint?:PromptCacheBreakpointConfig "
     "file_url?:string detail?:'auto'|'low'|'high'"},
    {"WebSearchToolCall",
     "type:'web_search_call' id:string status:'in_progress'|'searching'|"
     "'completed'|'failed' action:WebSearchActionSearch|"
     "WebSearchActionOpenPage|WebSearchActionFind"},
    {"WebSearchActionSearch", "type:'search' query?:string queries?:[string] "
                              "sources?:[WebSearchSource]"},
    {"WebSearchSource", "type:'url' url:string"},
    {"WebSearchActionOpenPage", "type:'open_page' url?:string|null"},
    {"WebSearchActionFind", "type:'find_in_page' url:string pattern:string"},
    {"ComputerToolCall",
     "type:'computer_call' id:string call_id:string action?:ComputerAction "
     "actions?:[ComputerAction] "
     "pending_safety_checks:[ComputerCallSafetyCheckParam] "
     "status:'in_progress'|'completed'|'incomplete'"},
    {"ComputerAction",
     "= ClickParam|DoubleClickAction|DragParam|KeyPressAction|MoveParam|"
     "ScreenshotParam|ScrollParam|TypeParam|WaitParam"},
    {"ClickParam",
     "type:'click' button:'left'|'right'|'wheel'|'back'|'forward' x:integer "
     "y:integer keys?:[string]|null"},
    {"DoubleClickAction",
     "type:'double_click' x:integer y:integer keys:[string]|null"},
    {"DragParam", "type:'drag' path:[CoordParam] keys?:[string]|null"},
    {"CoordParam", "x:integer y:integer"},
    {"KeyPressAction", "type:'keypress' keys:[string]"},
    {"MoveParam", "type:'move' x:integer y:integer keys?:[string]|null"},
    {"ScreenshotParam", "type:'screenshot'"},
    {"ScrollParam",
     "type:'scroll' x:integer y:integer scroll_x:integer scroll_y:integer "
     "keys?:[string]|null"},
    {"TypeParam", "type:'type' text:string"},
    {"WaitParam", "type:'wait'"},
    {"ComputerCallSafetyCheckParam",
     "id:string code?:string|null message?:string|null"},
    {"ComputerToolCallOutputResource",
     "type:'computer_call_output' id:string call_id:string "
     "acknowledged_safety_checks?:[ComputerCallSafetyCheckParam] "
     "output:ComputerScreenshotImage status:'completed'|'incomplete'|"
     "'failed' created_by?:string"},
    {"ComputerScreenshotImage",
     "type:'computer_screenshot' image_url?:string file_id?:string"},
    {"ReasoningItem",
     "type:'reasoning' id:string encrypted_content?:string|null "
     "summary:[SummaryTextContent] content?:[ReasoningTextContent] "
     "status?:'in_progress'|'completed'|'incomplete'"},
    {"Program",
     "type:'program' id:string call_id:string code:string fingerprint:string"},
    {"ProgramOutput",
     "type:'program_output' id:string call_id:string result:string "
     "status:'completed'|'incomplete'"},
    {"ToolSearchCall",
     "type:'tool_search_call' id:string call_id:string|null "
     "execution:'server'|'client' arguments:any status:'in_progress'|"
     "'completed'|'incomplete' created_by?:string"},
    {"ToolSearchOutput",
     "type:'tool_search_output' id:string call_id:string|null "
     "execution:'server'|'client' tools:[Tool] status:'in_progress'|"
     "'completed'|'incomplete' created_by?:string"},
    {"AdditionalTools",
     "type:'additional_tools' id:string role:MessageRole tools:[Tool]"},
    {"MessageRole",
     "= 'unknown'|'user'|'assistant'|'system'|'critic'|'discriminator'|"
     "'developer'|'tool'"},
    {"CompactionBody",
     "type:'compaction' id:string encrypted_content:string created_by?:string"},
    {"ImageGenToolCall",
     "type:'image_generation_call' id:string status:'in_progress'|"
     "'completed'|'generating'|'failed' result:string|null"},
    {"CodeInterpreterToolCall",
     "type:'code_interpreter_call' id:string status:'in_progress'|"
     "'completed'|'incomplete'|'interpreting'|'failed' container_id:string "
     "code:string|null outputs:[CodeInterpreterOutputLogs|"
     "CodeInterpreterOutputImage]|null"},
    {"CodeInterpreterOutputLogs", "type:'logs' logs:string"},
    {"CodeInterpreterOutputImage", "type:'image' url:string"},
    {"LocalShellToolCall",
     "type:'local_shell_call' id:string call_id:string "
     "action:LocalShellExecAction status:'in_progress'|'completed'|"
     "'incomplete'"},
    {"LocalShellExecAction",
     "type:'exec' command:[string] timeout_ms?:integer|null "
     "working_directory?:string|null env:Strings user?:string|null"},
    {"LocalShellToolCallOutput",
     "type:'local_shell_call_output' id:string output:string "
     "status?:'in_progress'|'completed'|'incomplete'|null call_id:any"},
    {"FunctionShellCall",
     "type:'shell_call' id:string call_id:string caller?:ToolCallCaller|null "
     "action:FunctionShellAction status:'in_progress'|'completed'|"
     "'incomplete' environment:LocalEnvironmentResource|"
     "ContainerReferenceResource|null created_by?:string"},
    {"FunctionShellAction",
     "commands:[string] timeout_ms:integer|null max_output_length:integer|"
     "null"},
    {"LocalEnvironmentResource", "type:'local'"},
    {"ContainerReferenceResource",
     "type:'container_reference' container_id:string"},
    {"FunctionShellCallOutput",
     "type:'shell_call_output' id:string call_id:string "
     "caller?:ToolCallCaller|null status:'in_progress'|'completed'|"
     "'incomplete' output:[FunctionShellCallOutputContent] "
     "max_output_length:integer|null created_by?:string"},
    {"FunctionShellCallOutputContent",
     "stdout:string stderr:string "
     "outcome:FunctionShellCallOutputTimeoutOutcome|"
     "FunctionShellCallOutputExitOutcome created_by?:string"},
    {"FunctionShellCallOutputTimeoutOutcome", "type:'timeout'"},
    {"FunctionShellCallOutputExitOutcome", "type:'exit' exit_code:integer"},
    {"ApplyPatchToolCall",
     "type:'apply_patch_call' id:string call_id:string "
     "caller?:ToolCallCaller|null status:'in_progress'|'completed' "
     "operation:ApplyPatchCreateFileOperation|ApplyPatchDeleteFileOperation|"
     "ApplyPatchUpdateFileOperation created_by?:string"},
    {"ApplyPatchCreateFileOperation",
     "type:'create_file' path:string diff:string"},
    {"ApplyPatchDeleteFileOperation", "type:'delete_file' path:string"},
    {"ApplyPatchUpdateFileOperation",
     "type:'update_file' path:string diff:string"},
    {"ApplyPatchToolCallOutput",
     "type:'apply_patch_call_output' id:string call_id:string "
     "caller?:ToolCallCaller|null status:'completed'|'failed' output?:string|"
     "null created_by?:string"},
    {"MCPToolCall",
     "type:'mcp_call' id:string server_label:string name:string "
     "arguments:string output?:string|null error?:MCPToolCallError|null "
     "status?:'in_progress'|'completed'|'incomplete'|'calling'|'failed' "
     "approval_request_id?:string|null"},
    {"MCPToolCallError", "= MCPProtocolError|MCPToolExecutionError|HTTPError"},
    {"MCPProtocolError",
     "type:'mcp_protocol_error' code:integer message:string"},
    {"MCPToolExecutionError", "type:'mcp_tool_execution_error' content:any"},
    {"HTTPError", "type:'http_error' code:integer message:string"},
    {"MCPListTools", "type:'mcp_list_tools' id:string server_label:string "
                     "tools:[MCPListToolsTool] error?:string|null"},
    {"MCPListToolsTool",
     "name:string description?:string|null input_schema:object "
     "annotations?:object|null"},
    {"MCPApprovalRequest",
     "type:'mcp_approval_request' id:string server_label:string name:string "
     "arguments:string"},
    {"MCPApprovalResponseResource",
     "type:'mcp_approval_response' id:string approval_request_id:string "
     "approve:boolean reason?:string|null request_id:any"},
    {"CustomToolCall",
     "type:'custom_tool_call' id?:string call_id:string "
     "caller?:ToolCallCaller|null namespace?:string name:string input:string "
     "status~:any"},
    {"CustomToolCallOutputResource",
     "type:'custom_tool_call_output' id:string call_id:string "
     "caller?:ToolCallCallerParam|null output:string|"
     "[FunctionAndCustomToolCallOutput] status:'in_progress'|'completed'|"
     "'incomplete' created_by?:string"},
    {NULL, NULL},
};

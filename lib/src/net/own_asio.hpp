#pragma once

/// Included in front of all that is compiled with the library's Asio. A host's Asio has other macros, and
/// neither may be bound to the other's: ours has another name (ADR 29), and its bodies are compiled once, in
/// asio.cpp.
#define BOOST_ASIO_SEPARATE_COMPILATION
#define BOOST_ASIO_NO_DEPRECATED
#define BOOST_ASIO_DISABLE_VISIBILITY  // else a plug-in that has the archive inside offers it to others

#define asio llmload_asio
// What Asio has outside of its namespace; tests/consumer/symbols.sh finds what a later version adds.
#define boost_asio_detail_posix_thread_function llmload_asio_detail_posix_thread_function
#define boost_asio_signal_handler llmload_asio_signal_handler
#define boost_asio_handler_alloc_helpers llmload_asio_handler_alloc_helpers
#define boost_asio_handler_cont_helpers llmload_asio_handler_cont_helpers
#define boost_asio_handler_invoke_helpers llmload_asio_handler_invoke_helpers
#define boost_asio_prefer_fn llmload_asio_prefer_fn
#define boost_asio_query_fn llmload_asio_query_fn
#define boost_asio_require_fn llmload_asio_require_fn
#define boost_asio_require_concept_fn llmload_asio_require_concept_fn
#define boost_asio_execution_bulk_execute_fn llmload_asio_execution_bulk_execute_fn
#define boost_asio_execution_connect_fn llmload_asio_execution_connect_fn
#define boost_asio_execution_execute_fn llmload_asio_execution_execute_fn
#define boost_asio_execution_schedule_fn llmload_asio_execution_schedule_fn
#define boost_asio_execution_set_done_fn llmload_asio_execution_set_done_fn
#define boost_asio_execution_set_error_fn llmload_asio_execution_set_error_fn
#define boost_asio_execution_set_value_fn llmload_asio_execution_set_value_fn
#define boost_asio_execution_start_fn llmload_asio_execution_start_fn
#define boost_asio_execution_submit_fn llmload_asio_execution_submit_fn

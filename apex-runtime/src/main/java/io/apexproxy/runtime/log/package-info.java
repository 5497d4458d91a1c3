/**
 * Appenders, throttles and text functions for the log, and the executor that logs failed tasks.
 *
 * <p>{@link io.apexproxy.runtime.log.CleanText} escapes text of unknown origin for the log, the console and the status
 * page. Components use it where such text enters. The converters {@code CleanMessageConverter},
 * {@code CleanKeyValueConverter} and {@code CleanThrowableConverter} repeat it at the output.
 * {@link io.apexproxy.runtime.log.FailureText} describes an exception with its causes.
 *
 * <p>Logback, the log of the distribution, creates {@link io.apexproxy.runtime.log.QueueAppender},
 * {@link io.apexproxy.runtime.log.StandardOutputAppender}, {@link io.apexproxy.runtime.log.AccessJsonEncoder} and the
 * converters according to {@code conf/logback.xml}. Only the command line depends on Logback, through
 * {@link io.apexproxy.runtime.log.FallbackLogging}. The rest of the runtime uses SLF4J and those classes of this
 * package that work without Logback, because an embedding program can use another log.
 */
package io.apexproxy.runtime.log;

/**
 * What stands between the rest of the runtime and the output of the log: a queue, and a throttle for lines that repeat.
 *
 * <p>{@link io.apexproxy.runtime.log.CleanText} makes text of unknown origin fit for the log, the console and the
 * status page. It is used where such text enters; the {@code Clean…Converter}s, which {@code conf/logback.xml} names,
 * repeat it at the output. {@link io.apexproxy.runtime.log.FailureText} does the same for an exception with its causes.
 *
 * <p>{@link io.apexproxy.runtime.log.QueueAppender}, {@link io.apexproxy.runtime.log.StandardOutputAppender} and
 * {@link io.apexproxy.runtime.log.AccessJsonEncoder} are named in {@code conf/logback.xml} and made by Logback, the log
 * of the distribution. The rest of the runtime knows SLF4J only, and of this package what works without Logback,
 * {@link io.apexproxy.runtime.log.BackdatedLogger}, {@link io.apexproxy.runtime.log.DroppedLines} and
 * {@link io.apexproxy.runtime.log.LogThrottle}: an application that uses Apex as a library may have another log. The
 * command line, which is the distribution's, knows {@link io.apexproxy.runtime.log.FallbackLogging} as well.
 */
package io.apexproxy.runtime.log;

/**
 * The queue between the event loops and the output of the log, and what it drops.
 *
 * <p>{@link io.apexproxy.runtime.log.QueueAppender} is named in {@code conf/logback.xml} and made by Logback, the log
 * of the distribution. The rest of the runtime knows SLF4J only, and of this package only
 * {@link io.apexproxy.runtime.log.DroppedLines}: who uses Apex as a library may have another log. The command line,
 * which is the distribution's, knows {@link io.apexproxy.runtime.log.LastResort} as well.
 */
package io.apexproxy.runtime.log;

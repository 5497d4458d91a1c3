/** Tests of the log: appenders, lines with a time of their own, and how often a line is written. */
package io.apexproxy.runtime.log;

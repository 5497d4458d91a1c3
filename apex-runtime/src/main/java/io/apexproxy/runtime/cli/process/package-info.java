/**
 * The process that {@code bin/apex} starts: its signals, its end, and a better Java for it. Nothing here depends on
 * other packages of Apex.
 */
package io.apexproxy.runtime.cli.process;

/** Tests of what a process and its successor exchange. */
package io.apexproxy.runtime.takeover;

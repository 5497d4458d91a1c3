/** Tests of the messages to the supervisor. */
package io.apexproxy.runtime.supervisor;

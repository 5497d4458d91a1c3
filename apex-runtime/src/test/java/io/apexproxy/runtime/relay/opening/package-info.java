/** Tests of reading first bytes. */
package io.apexproxy.runtime.relay.opening;

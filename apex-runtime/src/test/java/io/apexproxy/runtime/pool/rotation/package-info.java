/** Tests of slow starts and of the reports to pickers. */
package io.apexproxy.runtime.pool.rotation;
